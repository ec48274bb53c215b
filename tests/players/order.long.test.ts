import { setTimeout as delay } from 'node:timers/promises';
import { openWorld, type World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import fc from 'fast-check';
import { expect } from 'vitest';
import { loadWithout } from '../faults/load-without.ts';
import { addGameServer, ingest, pogRows, readEvents, startPlayersUnderTest } from './players-world.ts';

type Events = Awaited<ReturnType<typeof readEvents>>;

let events: Events;
const test = worldTest((world) => startPlayersUnderTest(world));
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const PERMUTATIONS = 1_000;
/** Enough for the control. */
const FEW = 100;
const GAME_SERVERS = 8;
/** By then signs of life are in the table. */
const SEEN_WRITTEN_MS = 1_500;
const START = Date.parse('2026-01-01T00:00:00.000Z');

interface Step {
  readonly name: 'player-connected' | 'player-disconnected' | 'chat-message';
  readonly second: number;
  /** The number that the connector gave it; where two happened at the same time it says which was later. */
  readonly seq?: number;
}

const name = fc.constantFrom<Step['name']>('player-connected', 'player-disconnected', 'chat-message');

/** A life of some steps at different times, in the order in which it arrives. */
const timedLives = fc.uniqueArray(fc.record<Step>({ name, second: fc.integer({ min: 0, max: 1_000 }) }), {
  selector: ({ second }) => second,
  minLength: 3,
  maxLength: 4,
});

/** One of numbered steps, many of which happened at the same time. */
const numberedLives = fc.uniqueArray(fc.record({ name, second: fc.integer({ min: 0, max: 2 }), seq: fc.integer({ min: 1, max: 100 }) }), {
  selector: ({ seq }) => seq,
  minLength: 3,
  maxLength: 4,
});

const isLater = (one: Step, other: Step): boolean =>
  one.second > other.second || (one.second === other.second && (one.seq ?? 0) > (other.seq ?? 0));

const newest = (life: readonly Step[]): Step => life.reduce((last, step) => (isLater(step, last) ? step : last));

interface Lives {
  readonly world: World;
  readonly domain: TestDomain;
  readonly events: Events;
  /** How many players there are. */
  readonly count: number;
}

/** Lets players live, their events in any order and some of them twice. Answers how to look for those whose state is not that of their newest. */
async function live({ world, domain, events: heard, count }: Lives): Promise<() => Promise<unknown[]>> {
  const gameServerIds = await Promise.all(Array.from({ length: GAME_SERVERS }, () => addGameServer(world, domain)));
  const all = fc.sample(fc.oneof(timedLives, numberedLives), { seed: 42, numRuns: count });

  const tell = async (life: readonly Step[], index: number): Promise<void> => {
    const gameServerId = gameServerIds[index % GAME_SERVERS] ?? '';
    const player = { gameId: `player-${index}`, name: `Player ${index}`, steamId: `7656119${1_000 + index}` };
    for (const { name, second, seq } of [...life, ...life.slice(0, index % 3)]) {
      const meta = name === 'chat-message' ? { player, msg: 'x', channel: 'global' } : { player };
      const numbers = seq === undefined ? {} : { streamId: `life ${index}`, seq };
      await ingest(world, domain, { gameServerId, name, meta, gameTime: new Date(START + second * 1_000).toISOString(), ...numbers });
    }
  };
  await Promise.all(all.map(tell));

  // What is numbered is known again, what is not counts as often as it comes.
  const again = (life: readonly Step[], index: number): number => (life[0]?.seq === undefined ? index % 3 : 0);
  const told = all.reduce((sum, life, index) => sum + life.length + again(life, index), 0);
  const ofGames = () => heard.of(domain).filter(({ name }) => name !== 'player-created').length;
  await expect.poll(ofGames, { timeout: 240_000, interval: 200 }).toBe(told);
  const expected = new Map(all.map((life, index) => [`player-${index}`, newest(life)]));
  return async () => {
    const pogs = await pogRows(world, domain);
    return pogs
      .filter(({ gameId, online, lastSeen }) => {
        const last = expected.get(gameId);
        return online !== (last?.name !== 'player-disconnected') || lastSeen.getTime() !== START + (last?.second ?? 0) * 1_000;
      })
      .map(({ gameId, online, lastSeen }) => ({ gameId, online, lastSeen, last: expected.get(gameId) }));
  };
}

test(
  `in ${PERMUTATIONS} lives whose events come in any order, some of them twice, the newest decides who is online`,
  { timeout: 300_000 },
  async ({ world, domain }) => {
    const wrong = await live({ world, domain, events, count: PERMUTATIONS });
    // Signs of life are written up to half a second later.
    await expect.poll(wrong).toEqual([]);
    expect(await pogRows(world, domain)).toHaveLength(PERMUTATIONS);
    expect(events.of(domain, 'player-created')).toHaveLength(2 * PERMUTATIONS);
  },
);

test('the same lives end wrong where what comes last counts as newest', { timeout: 120_000 }, async () => {
  const { startPlayersProcess } = await loadWithout('order', ['/services/players/'], () => import('@takaro/players/service'));
  await using world = await openWorld();
  await startPlayersUnderTest(world, startPlayersProcess);
  const heard = await readEvents(world);

  const wrong = await live({ world, domain: await world.domain(), events: heard, count: FEW });

  // Of three or four events in any order the newest is the last one of its player in less than half of the lives.
  await delay(SEEN_WRITTEN_MS);
  expect((await wrong()).length).toBeGreaterThan(FEW / 10);
});

test('a late event changes neither name nor address, and time on the server is counted once', async ({ world, domain }) => {
  const gameServerId = await addGameServer(world, domain);
  const at = (second: number): string => new Date(START + second * 1_000).toISOString();
  const player = { gameId: 'g', steamId: '76561198000000010', name: 'New', ip: '10.0.0.2' };
  const old = { ...player, name: 'Old', ip: '10.0.0.1' };

  await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player }, gameTime: at(10) });
  await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: old }, gameTime: at(5) });
  for (const _ of [1, 2]) await ingest(world, domain, { gameServerId, name: 'player-disconnected', meta: { player }, gameTime: at(70) });

  await expect.poll(() => events.of(domain, 'player-disconnected')).toHaveLength(2);
  expect(await pogRows(world, domain)).toMatchObject([{ ip: '10.0.0.2', online: false, playtimeSeconds: 60 }]);
  expect(events.of(domain, 'player-disconnected')[1]?.player).toMatchObject({ name: 'New', playtimeSeconds: 60 });
  expect(events.of(domain, 'player-new-name-detected')).toEqual([]);
});
