import { startConnectors } from '@takaro/connectors/service';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import type { ServiceContext } from '@takaro/process';
import { startSimulatedGameServer } from '@takaro/testing/simulated-game-server/simulate';
import { openTcpProxy } from '@takaro/testing/tcp-proxy';
import { worldTest } from '@takaro/testing/world-test';
import { expect, inject } from 'vitest';
import { gameServerOf, readIngest, startNeighbours, UNPACED } from './connectors-world.ts';
import { openSocket } from './socket.ts';

const ingested: IngestEnvelope[] = [];
const test = worldTest(
  async (world) => {
    await startNeighbours(world);
    await readIngest(world, ingested);
  },
  { limits: UNPACED },
);

const PATIENT = { timeout: 60_000, interval: 50 };

/** What the game server said, as the stream has it. */
const said = (identityToken: string): unknown[] =>
  ingested.filter(({ gameServerId, meta }) => gameServerId === gameServerOf(identityToken) && meta['msg']).map(({ meta }) => meta['msg']);

const lines = (count: number): string[] => Array.from({ length: count }, (_, n) => `line ${n}`);

async function taken({ metrics }: ServiceContext): Promise<number> {
  const counter = await metrics.getSingleMetric('takaro_connector_events_total')?.get();
  return counter?.values.find(({ labels }) => labels['outcome'] === 'taken')?.value ?? 0;
}

async function unstoredBytes({ metrics }: ServiceContext): Promise<number | undefined> {
  return (await metrics.getSingleMetric('takaro_connector_unstored_bytes')?.get())?.values[0]?.value;
}

/** A game server with Alice on it, which reaches the connectors by `port`. */
const startGame = (port: number, identityToken: string, asksForAcks = true) =>
  startSimulatedGameServer({
    url: `ws://127.0.0.1:${port}`,
    identityToken,
    registrationToken: 'good',
    players: ['Alice'],
    asksForAcks,
  });

test(
  'of ten thousand events that a game tells while NATS is away none is lost or doubled, their order holds, and few are read meanwhile',
  {
    timeout: 120_000,
  },
  async ({ world }) => {
    await using way = await openTcpProxy(Number(new URL(inject('servers').natsUrl).port));
    const context = await world.contextFor('connectors', { natsUrl: `nats://127.0.0.1:${way.port}` });
    await using endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 });
    await using game = startGame(endpoint.port, 'patient-server');
    await game.identified();
    await game.confirmed();
    const all = lines(10_000);

    way.cut();
    for (const line of all) game.say('Alice', line);
    await expect.poll(() => taken(context), PATIENT).toBeGreaterThan(512);
    await expect.poll(async () => context.bus.link.isUp, PATIENT).toBe(false);
    expect(await taken(context)).toBeLessThan(2_000);
    way.mend();
    await game.confirmed();

    await expect.poll(() => said('patient-server').length, PATIENT).toBe(all.length);
    expect(said('patient-server')).toEqual(all);
  },
);

test.for([
  ['asks for no receipts', {}, false, true],
  ['takes the pong as a receipt', {}, true, false],
  ['asks for acknowledgements', { capabilities: ['event-ack'] }, false, false],
] as const)(
  'what a connector that %s sent before its socket ended in an outage is stored afterwards where it will not be sent again',
  { timeout: 60_000 },
  async ([_title, fields, pings, isStored], { world }) => {
    await using way = await openTcpProxy(Number(new URL(inject('servers').natsUrl).port));
    const context = await world.contextFor('connectors', { natsUrl: `nats://127.0.0.1:${way.port}` });
    await using endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 });
    const name = `ending-${isStored}-${pings}`;
    const socket = await openSocket(endpoint.port);
    await socket.identify(name, fields);
    way.cut();
    await expect.poll(() => context.bus.link.isUp, PATIENT).toBe(false);
    const before = await taken(context);
    for (const msg of lines(10)) socket.event('chat-message', { player: { gameId: '1', name: 'Alice' }, channel: 'team', msg });
    if (pings) socket.send({ type: 'ping' });
    await expect.poll(() => taken(context), PATIENT).toBe(before + 10);

    await socket[Symbol.asyncDispose]();
    way.mend();
    await context.bus.link.whenUp();
    // What comes after is stored: by then the others were tried again, if they were to be.
    await expect.poll(() => unstoredBytes(context), PATIENT).toBe(0);

    if (isStored) await expect.poll(() => said(name), PATIENT).toEqual(lines(10));
    else expect(said(name)).toEqual([]);
  },
);

test.for([true, false])(
  'a game server whose line is cut again and again tells everything once and in order; acknowledged: %s',
  { timeout: 60_000 },
  async (asksForAcks, { world }) => {
    const context = await world.contextFor('connectors');
    await using endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 });
    await using line = await openTcpProxy(endpoint.port);
    const name = `cut-server-${asksForAcks}`;
    await using game = startGame(line.port, name, asksForAcks);
    const all = lines(2_000);

    for (const [index, text] of all.entries()) {
      game.say('Alice', text);
      if (index % 400 !== 200) continue;
      await game.identified();
      line.cut();
      line.mend();
    }
    await game.confirmed();

    await expect.poll(() => said(name).length, PATIENT).toBe(all.length);
    expect(said(name)).toEqual(all);
  },
);
