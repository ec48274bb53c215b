import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { STREAM_NAMES } from '@takaro/contracts/services';
import { startServers } from '@takaro/infra/local/servers';
import { Inventory } from '@takaro/infra/nats/inventory';
import { keepStreams } from '@takaro/infra/nats/keeper';
import { consumersOf, setupStreams } from '@takaro/infra/nats/streams';
import { test as base, expect } from 'vitest';

const PATIENT = { timeout: 60_000, interval: 100 };
const MESSAGES = 20;
/** Kept by one server each, so that nobody tells of those of a server that is away. */
const REPLICAS = 1;

const test = base.extend('cluster', async ({}, { onCleanup }) => {
  const open = new AsyncDisposableStack();
  onCleanup(() => open.disposeAsync());
  const data = await mkdtemp(join(tmpdir(), 'takaro-cluster-'));
  open.defer(() => rm(data, { recursive: true, force: true, maxRetries: 5 }));
  const unused = { host: '127.0.0.1', port: 0, connectorsPort: 0, adminSecret: undefined, demo: false, copies: 1 };
  // Its database is somebody else's, and not asked for anything.
  const options = { ...unused, data, databaseUrl: 'postgres://nobody@127.0.0.1:1/none', natsUrl: undefined };
  const servers = open.use(await startServers({ options, takeOver: false, natsNodes: 3, log: () => undefined }));
  const { setupCredentials, url } = servers.nats;
  await setupStreams(url, setupCredentials, { shrink: 256, replicas: REPLICAS });
  const connecting = connect({
    servers: url.split(','),
    authenticator: credsAuthenticator(await readFile(setupCredentials)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  const connection = open.adopt(await connecting, (one) => one.close());
  const inventory = await Inventory.open(connection, { patienceMs: 1_000 });
  const { manager } = inventory;
  const leaderOf = async (stream: string) => (await manager.streams.info(stream)).cluster?.leader;
  const ingestAt = await leaderOf('INGEST');
  const read = STREAM_NAMES.filter((name) => name !== 'DEAD');
  const leaders = await Promise.all(read.map(async (name) => ({ name, at: await leaderOf(name) })));
  const elsewhere = leaders.find(({ at }) => at !== ingestAt)?.name ?? 'EVENTS';
  const nodes = ['takaro', 'takaro-2', 'takaro-3'];
  const node = servers.natsServers[nodes.indexOf(ingestAt ?? '')];
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
