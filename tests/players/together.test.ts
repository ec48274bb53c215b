import { jetstreamManager } from '@nats-io/jetstream';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addGameServer, ingestTogether, pogRows, readEvents, type Reported, startPlayersUnderTest } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const PATIENT = { timeout: 20_000 };
const alice = { gameId: 'alice', name: 'Alice', steamId: '76561198000000001' };

const chat = (msg: string, fields: Partial<IngestEnvelope> = {}): Reported => ({
  name: 'chat-message',
  meta: { player: alice, msg, channel: 'global' },
  ...fields,
});
const says = (domain: TestDomain) => events.of(domain, 'chat-message').map(({ meta }) => meta?.['msg']);

/** What the stream keeps of a domain: each message with the last token of its subject. */
async function storedOf(world: World, domain: TestDomain): Promise<Record<string, number>> {
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const { state } = await manager.streams.info('EVENTS', { subjects_filter: `event.${domain.id}.>` });
  return Object.fromEntries(Object.entries(state.subjects ?? {}).map(([subject, count]) => [subject.split('.').at(-1), count]));
}

test('what a game reported in one moment is told in its order, as one message', async ({ world, domain }) => {
  const gameServerId = await addGameServer(world, domain);
  await ingestTogether(world, domain, gameServerId, [{ name: 'player-connected', meta: { player: alice } }, chat('one'), chat('two')]);

  await expect.poll(() => says(domain), PATIENT).toEqual(['one', 'two']);
  const [pog] = await pogRows(world, domain);
  expect(events.of(domain, 'chat-message').every(({ playerId, pog: shown }) => playerId === pog?.playerId && shown?.online)).toBe(true);
  expect(await storedOf(world, domain)).toMatchObject({ batch: 1 });
});

test('of what happened in the same moment the last counts, and each has an id of its own', async ({ world, domain }) => {
  const gameServerId = await addGameServer(world, domain);
  const comes: Reported = { name: 'player-connected', meta: { player: alice } };
  const leaves: Reported = { name: 'player-disconnected', meta: { player: alice } };
  const onlineOf = async () => (await pogRows(world, domain)).map(({ online }) => online);

  await ingestTogether(world, domain, gameServerId, [comes, leaves, comes, leaves]);
  await expect.poll(() => events.of(domain, 'player-disconnected').length, PATIENT).toBe(2);
  expect(await onlineOf()).toEqual([false]);
  await ingestTogether(world, domain, gameServerId, [comes, leaves, comes]);
  await expect.poll(() => events.of(domain, 'player-disconnected').length, PATIENT).toBe(3);
  await expect.poll(() => events.of(domain, 'player-connected').length, PATIENT).toBe(4);
  expect(await onlineOf()).toEqual([true]);
  expect(new Set(events.of(domain).map(({ id }) => id)).size).toBe(events.of(domain).length);
});

test('what cannot be understood does not keep what it travelled with from being told', async ({ world, domain }) => {
  const gameServerId = await addGameServer(world, domain);
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const dead = async () => {
    const { state } = await manager.streams.info('DEAD', { subjects_filter: `dead.${domain.id}.>` });
    return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  };
  await ingestTogether(world, domain, gameServerId, [chat('before'), { name: 'no-such-event', meta: {} }, chat('after')]);

  await expect.poll(() => says(domain), PATIENT).toEqual(['before', 'after']);
  await expect.poll(dead, PATIENT).toBe(1);
});

test('what a connector numbered and sent again, with other company, is told once', async ({ world, domain }) => {
  const gameServerId = await addGameServer(world, domain);
  const numbered = (seq: number) => chat(`${seq}`, { streamId: 'run', seq });
  for (const seqs of [[1, 2], [2, 3, 1], [3], [4, 4], [1, 2, 3, 4, 5]])
    await ingestTogether(world, domain, gameServerId, seqs.map(numbered));
  await ingestTogether(world, domain, gameServerId, [chat('1', { streamId: 'other', seq: 1 }), chat('end')]);

  await expect.poll(() => says(domain), PATIENT).toEqual(['1', '2', '3', '4', '5', '1', 'end']);
});
