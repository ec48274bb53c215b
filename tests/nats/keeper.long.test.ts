import { cp, glob, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { LIMITS } from '@takaro/contracts/limits';
import { STREAM_NAMES } from '@takaro/contracts/services';
import { keepStreams, sweepOf } from '@takaro/infra/nats/keeper';
import { setupStreams } from '@takaro/infra/nats/streams';
import { openKillableNats } from '@takaro/testing/killable-nats';
import { test as base, expect } from 'vitest';

const PATIENT = { timeout: 30_000, interval: 100 };

const test = base.extend('nats', async ({}, { onCleanup }) => {
  const open = new AsyncDisposableStack();
  onCleanup(() => open.disposeAsync());
  const server = open.use(await openKillableNats());
  await setupStreams(server.url, server.setupCredentials, { shrink: 256 });
  const connecting = connect({
    servers: server.url,
    authenticator: credsAuthenticator(await readFile(server.setupCredentials)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  const connection = open.adopt(await connecting, (one) => one.close());
  const lines: string[] = [];
  const keep = async () => open.use(await keepStreams({ ...server, everyMs: 200, log: (line) => lines.push(line) }));
  return { server, connection, manager: await jetstreamManager(connection, { checkAPI: false }), lines, keep };
});

/** The server writes messages and the state of consumers now and then. */
const WRITTEN_MS = 2_000;

async function untilWritten(path: string): Promise<Buffer> {
  await delay(WRITTEN_MS);
  return readFile(path);
}

test('what was acknowledged and came back with a killed server is given again, and what nobody took stays', async ({ nats }) => {
  const { server, manager, connection, keep } = nats;
  const js = jetstream(connection);
  const messages = async () => (await manager.streams.info('INGEST')).state.messages;
  const consumer = await js.consumers.get('INGEST', 'players-3');
  await js.publish('ingest.a-domain.4.g.chat-message', 'nobody takes it');
  await Promise.all(Array.from({ length: 500 }, () => js.publish('ingest.a-domain.3.g.chat-message', 'text')));
  const taken = await Array.fromAsync(await consumer.fetch({ max_messages: 500, expires: 5_000 }));
  // As a server that was killed leaves it: the state of the consumer is younger than the messages.
  const [messagesOf] = await Array.fromAsync(glob('**/streams/INGEST/msgs', { cwd: server.folder }));
  const folder = join(server.folder, messagesOf ?? '');
  await delay(WRITTEN_MS);
  await cp(folder, `${folder}-before`, { recursive: true });
  for (const message of taken) message.ack();
  await expect.poll(messages, PATIENT).toBe(1);
  await delay(WRITTEN_MS);
  await server.kill(async () => {
    await rm(folder, { recursive: true });
    await rename(`${folder}-before`, folder);
  });
  // Its consumer has acknowledged them, and never asks for them again.
  await expect.poll(() => messages().catch(() => -1), PATIENT).toBe(501);
  await keep();

  const read = async (): Promise<number> => {
    const again = await js.consumers.get('INGEST', 'players-3');
    for await (const message of await again.fetch({ max_messages: 500, expires: 1_000 })) message.ack();
    return messages();
  };
  await expect.poll(() => read().catch(() => -1), PATIENT).toBe(1);
});

test(
  'what is to come comes, however acknowledgements and repetitions mix while consumers are looked after',
  { timeout: 60_000 },
  async ({ nats }) => {
    const { manager, connection } = nats;
    const js = jetstream(connection);
    const read = new Set<string>();
    const sent: string[] = [];
    const sending = setInterval(() => {
      for (const lane of [3, 4]) {
        const text = `${lane}-${sent.length}`;
        sent.push(text);
        void js.publish(`ingest.a-domain.${lane}.g.chat-message`, text);
      }
    }, 2);
    const reading = async (lane: number): Promise<void> => {
      const consumer = await js.consumers.get('INGEST', `players-${lane}`);
      for (let round = 0; round < 15; round += 1) {
        for await (const message of await consumer.fetch({ max_messages: 30 + round * 7, expires: 1_000 })) {
          read.add(message.string());
          // Some are given back, as by a reader that lost its lane.
          if (read.size % 7 === 0) message.nak();
          else message.ack();
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      clearInterval(sending);
    };
    let isOver = false;
    const removing = (async () => {
      const { sweep } = sweepOf('INGEST');
      while (!isOver) await sweep(manager);
    })();

    await Promise.all([reading(3), reading(4)]);
    for (const lane of [3, 4]) {
      const consumer = await js.consumers.get('INGEST', `players-${lane}`);
      for (let count = 1; count > 0;) {
        count = 0;
        for await (const message of await consumer.fetch({ max_messages: 1_000, expires: 1_000 })) {
          count += 1;
          read.add(message.string());
          message.ack();
        }
      }
    }
    isOver = true;
    await removing;

    expect(sent.filter((text) => !read.has(text))).toEqual([]);
  },
);

test('a consumer that waits for messages that are gone is made anew, and hides no longer what another one misses', async ({ nats }) => {
  const { server, manager, connection, keep, lines } = nats;
  const js = jetstream(connection);
  const consumer = await js.consumers.get('INGEST', 'players-3');
  await js.publish('ingest.a-domain.4.g.chat-message', 'nobody takes it yet');
  for (let count = 0; count < 8; count += 1) await js.publish('ingest.a-domain.3.g.chat-message', 'gone');
  const messages = await Array.fromAsync(await consumer.fetch({ max_messages: 8, expires: 1_000 }));
  // As a server that was killed leaves it: the messages are removed, and the state of their consumer is older than that.
  const [state] = await Array.fromAsync(glob('**/obs/players-3/o.dat', { cwd: server.folder }));
  const path = join(server.folder, state ?? '');
  const older = await untilWritten(path);
  for (const message of messages) message.ack();
  await expect.poll(async () => (await manager.streams.info('INGEST')).state.messages, PATIENT).toBe(1);
  await server.kill(() => writeFile(path, older));
  const underWay = async () => (await manager.consumers.info('INGEST', 'players-3')).num_ack_pending;
  await expect.poll(() => underWay().catch(() => -1), PATIENT).toBe(8);

  await keep();

  await expect.poll(() => underWay().catch(() => -1), PATIENT).toBe(0);
  expect(lines).toEqual(['1 consumers of INGEST had lost sight of messages and are made anew']);
  expect((await manager.consumers.info('INGEST', 'players-4')).num_pending).toBe(1);
});

test('streams and consumers of a wiped store are made anew, for services that run', async ({ nats }) => {
  const { server, manager, keep, lines } = nats;
  await keep();

  await server.kill(() => rm(join(server.folder, 'store'), { recursive: true }));

  const last = `runner-${LIMITS.lanes - 1}`;
  const consumers = async () => (await manager.consumers.info('EXECUTIONS', last)).name;
  await expect.poll(() => consumers().catch(String), PATIENT).toBe(last);
  expect(lines).toEqual(expect.arrayContaining(STREAM_NAMES.map((name) => expect.stringContaining(`stream ${name} was missing`))));
});

test(
  'a server that takes the connection and does not answer is told of; one that is away, or just slow, is not',
  { timeout: 60_000 },
  async ({ nats: { server } }) => {
    let told = 0;
    await using _keeper = await keepStreams({
      ...server,
      everyMs: 100,
      stuckMs: 1_500,
      log: () => undefined,
      onStuck: () => {
        told += 1;
      },
    });
    const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

    await server.kill(() => pass(3_000));
    server.pause();
    await pass(500);
    server.goOn();
    await pass(1_000);
    expect(told).toBe(0);

    server.pause();
    await expect.poll(() => told, PATIENT).toBe(1);
    server.goOn();
  },
);
