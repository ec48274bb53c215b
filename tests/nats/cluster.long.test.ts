import { jetstream } from '@nats-io/jetstream';
import { STREAM_NAMES } from '@takaro/contracts/services';
import { Inventory } from '@takaro/infra/nats/inventory';
import { keepStreams } from '@takaro/infra/nats/keeper';
import { consumersOf, setupStreams } from '@takaro/infra/nats/streams';
import { test as base, expect } from 'vitest';
import { openThreeServers } from './three-servers.ts';

const PATIENT = { timeout: 60_000, interval: 100 };
const MESSAGES = 20;
/** Kept by one server each, so that nobody tells of those of a server that is away. */
const REPLICAS = 1;

const test = base.extend('cluster', async ({}, { onCleanup }) => {
  const open = new AsyncDisposableStack();
  onCleanup(() => open.disposeAsync());
  const { url, setupCredentials, connection, nodes: servers } = await openThreeServers(open, { shrink: 256, replicas: REPLICAS });
  const inventory = await Inventory.open(connection, { patienceMs: 1_000 });
  const { manager } = inventory;
  const leaderOf = async (stream: string) => (await manager.streams.info(stream)).cluster?.leader;
  const ingestAt = await leaderOf('INGEST');
  const read = STREAM_NAMES.filter((name) => name !== 'DEAD');
  const leaders = await Promise.all(read.map(async (name) => ({ name, at: await leaderOf(name) })));
  const elsewhere = leaders.find(({ at }) => at !== ingestAt)?.name ?? 'EVENTS';
  const nodes = ['takaro', 'takaro-2', 'takaro-3'];
  const node = servers[nodes.indexOf(ingestAt ?? '')];
  if (!node) throw new Error(`Nobody keeps INGEST: ${ingestAt}`);
  return { url, setupCredentials, connection, inventory, node, elsewhere };
});

test('a stream that nobody tells of at the moment is not taken for missing, and has what it had', async ({ cluster }) => {
  const { url, setupCredentials, connection, inventory, node, elsewhere } = cluster;
  const { manager } = inventory;
  const js = jetstream(connection);
  for (let count = 0; count < MESSAGES; count += 1) await js.publish('ingest.a-domain.3.g.chat-message', 'text');
  const { letGo } = await node.hold('SIGKILL');
  const lines: string[] = [];
  await using _keeper = await keepStreams({ url, setupCredentials, replicas: REPLICAS, everyMs: 200, log: (line) => lines.push(line) });

  // What is missing while the others are there is made, and shows that the keeper looked.
  const gone = consumersOf(elsewhere)[0]?.durable_name ?? '';
  await expect.poll(() => manager.consumers.delete(elsewhere, gone).catch(String), PATIENT).toBe(true);
  const isThere = async () => (await inventory.consumerNames(elsewhere)).has(gone);
  await expect.poll(() => isThere().catch(String), PATIENT).toBe(true);
  expect(await inventory.streamNames()).toContain('INGEST');
  letGo();

  const kept = async () => (await manager.streams.info('INGEST')).state.messages;
  await expect.poll(() => kept().catch(String), PATIENT).toBe(MESSAGES);
  expect(lines.filter((line) => line.includes('made anew'))).toEqual([]);
});

test('what is there is told whole or not at all', async ({ cluster }) => {
  const { inventory, node, setupCredentials, url } = cluster;
  const { letGo } = await node.hold('SIGKILL');
  const told = () => inventory.streams().then((streams) => streams.map(({ name }) => name), String);

  await expect.poll(told, PATIENT).toMatch(/^Problem: Too few servers of NATS are there to tell of .*INGEST.*: start the others, too\.$/);
  const setUp = setupStreams(url, setupCredentials, { shrink: 256, replicas: REPLICAS });
  letGo();

  await setUp;
  expect(await told()).toEqual(expect.arrayContaining([...STREAM_NAMES]));
});
