import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { LIMITS } from '@takaro/contracts/limits';
import { SERVICE_NAMES, SERVICES, STREAM_NAMES } from '@takaro/contracts/services';
import { durableName, laneFilter } from '@takaro/contracts/subjects';
import { prepareNats } from '@takaro/infra/nats/prepare';
import { makeStreams, STREAMS } from '@takaro/infra/nats/streams';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect, test as plain } from 'vitest';

const test = worldTest(async () => undefined);

/** Streams of this file hold little, so that they can be filled. */
const SHRINK = 4_096;

describe('the streams', () => {
  test('have a durable for each lane of each service that consumes them, and no other consumer', async ({ world }) => {
    const setup = await world.natsFor('setup');
    const manager = await jetstreamManager(setup);

    for (const stream of STREAM_NAMES) {
      const found: string[] = [];
      for await (const { name, config } of manager.consumers.list(stream)) found.push(`${name} ${config.filter_subject}`);
      const readers = SERVICE_NAMES.filter((service) => (SERVICES[service].consumes as readonly string[]).includes(stream));
      const lanes = Array.from({ length: LIMITS.lanes }, (_, lane) => lane);
      const wanted = readers.flatMap((service) =>
        lanes.map((lane) => `${durableName(service, lane)} ${stream === 'DEAD' ? '' : laneFilter(stream, lane)}`),
      );
      expect(found.toSorted(), stream).toEqual(wanted.toSorted());
    }
  });

  test('are put right where they differ, and left alone where they do not', async ({ world }) => {
    const setup = await world.natsFor('setup');
    const manager = await jetstreamManager(setup);
    const { config } = await manager.streams.info('EVENTS');
    await manager.streams.update('EVENTS', { ...config, max_age: nanos(300_000) });
    await manager.consumers.update('INGEST', 'players-3', { max_ack_pending: 1 });
    await manager.consumers.delete('EVENTS', 'modules-5');

    await makeStreams(setup, { shrink: SHRINK });
    await makeStreams(setup, { shrink: SHRINK });

    expect((await manager.streams.info('EVENTS')).config).toMatchObject({
      max_age: nanos(STREAMS.EVENTS.maxAgeMs),
      max_bytes: STREAMS.EVENTS.maxBytes / SHRINK,
    });
    expect((await manager.consumers.info('INGEST', 'players-3')).config.max_ack_pending).toBe(1_000);
    expect((await manager.consumers.info('EVENTS', 'modules-5')).config.filter_subject).toBe('event.*.5.>');
  });

  test('lose readers of lanes that are no more, but not before they have read everything', async ({ world }) => {
    const setup = await world.natsFor('setup');
    const manager = await jetstreamManager(setup);
    const lane = LIMITS.lanes + 1;
    const name = durableName('runner', lane);
    const subject = `execution.some-domain.${lane}.hook`;
    await manager.consumers.add('EXECUTIONS', {
      durable_name: name,
      filter_subject: laneFilter('EXECUTIONS', lane),
      ack_policy: 'explicit',
    });
    await jetstream(setup).publish(subject, '{}');

    await expect(makeStreams(setup, { shrink: SHRINK })).rejects.toThrow(
      `The streams hold 1 messages in lanes that are no more: start with TAKARO_LIMIT_LANES=${lane + 1} `,
    );
    await manager.streams.purge('EXECUTIONS', { filter: subject });
    await makeStreams(setup, { shrink: SHRINK });

    await expect(manager.consumers.info('EXECUTIONS', name)).rejects.toThrow('consumer not found');
  });

  test('lie on disk, since one in memory is gone when the server is killed; one that still lies there is made anew', async ({ world }) => {
    const setup = await world.natsFor('setup');
    const manager = await jetstreamManager(setup);
    const { config } = await manager.streams.info('LOGS');
    await manager.streams.delete('LOGS');
    await manager.streams.add({ ...config, storage: StorageType.Memory });

    await makeStreams(setup, { shrink: SHRINK });

    for (const stream of STREAM_NAMES) expect((await manager.streams.info(stream)).config.storage, stream).toBe(StorageType.File);
    expect((await manager.consumers.info('LOGS', 'modules-5')).config.filter_subject).toBe(laneFilter('LOGS', 5));
  });

  test('take no message over 256 KB', async ({ world }) => {
    const js = jetstream(await world.natsFor('players'));

    await expect(js.publish('event.a-domain.0._.chat-message', 'a'.repeat(LIMITS.streamMessageBytes + 1))).rejects.toThrow(
      'exceeds maximum',
    );
  });

  test('INGEST refuses the publisher when it is full, and takes more when players acknowledged', async ({ world }) => {
    await makeStreams(await world.natsFor('setup'), { shrink: SHRINK });
    const js = jetstream(await world.natsFor('connectors'));
    const publish = () => js.publish('ingest.a-domain.3.g.chat-message', 'a'.repeat(200_000));

    await expect(
      (async () => {
        for (let count = 0; count < 20; count += 1) await publish();
      })(),
    ).rejects.toThrow('maximum bytes exceeded');

    const consumer = await jetstream(await world.natsFor('players')).consumers.get('INGEST', 'players-3');
    for await (const message of await consumer.fetch({ max_messages: 20, expires: 1_000 })) await message.ackAck();
    expect((await publish()).duplicate).toBe(false);
  });
});

plain('keys and credentials are made once, and a service gets no key but its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-nats-'));
  try {
    const options = { folder: join(folder, 'nats'), storeFolder: join(folder, 'store') };
    const first = await prepareNats({ ...options, port: 4_222 });
    const credentials = await readFile(first.credentials.players, 'utf8');

    const second = await prepareNats({ ...options, port: 4_223 });

    expect(await readFile(second.credentials.players, 'utf8')).toBe(credentials);
    expect(second.url).toBe('nats://127.0.0.1:4223');
    expect(new Set([...Object.values(first.credentials), first.setupCredentials, first.systemCredentials]).size).toBe(
      SERVICE_NAMES.length + 2,
    );
    expect(credentials.match(/\bS[A-Z0-9]{57}\b/g)).toEqual([expect.stringMatching(/^SU/)]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

plain('each server of a cluster gets a configuration that names the routes to the others, and folders of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-nats-'));
  try {
    const others = [
      { port: 4_223, routePort: 6_223 },
      { port: 4_224, routePort: 6_224 },
    ];
    const prepared = await prepareNats({
      folder: join(folder, 'nats'),
      storeFolder: join(folder, 'store'),
      port: 4_222,
      cluster: { routePort: 6_222, others },
    });

    expect(prepared.url).toBe('nats://127.0.0.1:4222,nats://127.0.0.1:4223,nats://127.0.0.1:4224');
    const texts = await Promise.all(prepared.configFiles.map((file) => readFile(file, 'utf8')));
    expect(texts.map((text) => /routes: (.*)/.exec(text)?.[1])).toEqual([
      '["nats://127.0.0.1:6223","nats://127.0.0.1:6224"]',
      '["nats://127.0.0.1:6222","nats://127.0.0.1:6224"]',
      '["nats://127.0.0.1:6222","nats://127.0.0.1:6223"]',
    ]);
    for (const setting of [/server_name: (.*)/, /store_dir: (.*)/, /dir: (.*)/])
      expect(new Set(texts.map((text) => setting.exec(text)?.[1])).size).toBe(3);
  } finally {
    await rm(folder, { recursive: true });
  }
});
