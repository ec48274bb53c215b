import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@takaro/contracts/services';
import { bundleServices } from '@takaro/infra/local/bundle';
import type { Child } from '@takaro/infra/local/child';
import type { ServiceSettings } from '@takaro/infra/local/environment';
import { freePort } from '@takaro/infra/local/ports';
import { placesIn, prepareFoundations } from '@takaro/infra/local/prepare';
import { untilHealthy } from '@takaro/infra/local/ready';
import { createRestClient, type RestClient } from '@takaro/infra/local/rest-client';
import { ROOT } from '@takaro/infra/local/run-tool';
import { type Servers, restartNats, startServers } from '@takaro/infra/local/servers';
import { portsOfCopy, startServices } from '@takaro/infra/local/supervisor';
import { keepStreams } from '@takaro/infra/nats/keeper';
import type { DatabaseUrls } from '@takaro/infra/postgres/roles';
import pg from 'pg';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** The whole of Takaro as `npm start` runs it, every service a process, in a folder that goes when it ends. */
export interface System extends AsyncDisposable {
  /** The folder of all state. */
  readonly data: string;
  readonly apiUrl: string;
  readonly connectorsUrl: string;
  /** The way of the game servers. */
  readonly connectors: TcpProxy;
  /** The API with the admin secret. */
  readonly admin: RestClient;
  readonly servers: Servers;
  readonly databaseUrls: DatabaseUrls;
  /** The processes of the services; each may be held down. */
  readonly services: readonly Child[];
  /** Undefined while the service waits to be started again. */
  servicePid(service: ServiceName): number | undefined;
  natsPid(): Promise<number>;
  databasePid(): Promise<number>;
  /** The last lines that the services wrote, with their names. */
  lines(): readonly string[];
  /** Settles when every service is ready. @throws Error with the last lines after two minutes */
  ready(): Promise<void>;
}

export interface SystemOptions {
  /** Handed on to the services where it is a limit or a setting that may be set for any, or none of Takaro's. Gets the folder of all state. */
  readonly environment?: (data: string) => Readonly<Record<string, string>>;
  /** Gets every line that the processes write, and its process. @default nobody */
  readonly log?: (name: string, line: string) => void;
  /** Processes of each service; games and callers come to any of the edges that is there. @default 1 */
  readonly copies?: number;
  /** More than one make a cluster that keeps every stream on each of them. @default 1 */
  readonly natsNodes?: number;
  /** Gets the folder of all state before anything is in it; what it answers is disposed before the folder goes. */
  readonly furnish?: (data: string) => Promise<AsyncDisposable>;
  /** Runs the services from their files, for whoever changes these as they are loaded. @default false: from bundles, as `npm start` does */
  readonly fromSources?: boolean;
  /** Changes what services are told, such as by which way they reach the servers. */
  readonly through?: (settings: ServiceSettings) => Promise<ServiceSettings>;
}

const NO_ENVIRONMENT: Readonly<Record<string, string>> = {};
/** Of all tests: made once for each state of the sources. */
const BUNDLES = join(ROOT, 'node_modules', '.cache', 'bundles');
const READY_MS = 120_000;
const LAST_LINES = 400;

export async function startSystem({
  environment = () => NO_ENVIRONMENT,
  log: hear,
  through,
  copies = 1,
  natsNodes = 1,
  furnish,
  fromSources = false,
}: SystemOptions = {}): Promise<System> {
  await using starting = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), 'takaro-system-'));
  starting.defer(() => rm(data, { recursive: true, force: true, maxRetries: 5 }));
  // PostgreSQL runs as another user where we are root; where it cannot pass, its files would lie elsewhere and stay.
  await chmod(data, 0o755);
  if (furnish) starting.use(await furnish(data));
  const host = '127.0.0.1';
  const [port, connectorsPort] = [await freePort(), await freePort()];
  const lines: string[] = [];
  const log = (name: string, line: string): void => {
    lines.push(`${name}: ${line}`);
    if (lines.length > LAST_LINES) lines.shift();
    hear?.(name, line);
  };
  const own = { data, host, port, connectorsPort, adminSecret: undefined, demo: false, copies, databaseUrl: undefined, natsUrl: undefined };
  const servers = starting.use(await startServers({ options: own, takeOver: false, natsNodes, log }));
  const [foundations, bundles] = await Promise.all([
    prepareFoundations({ data, ...servers, replicas: natsNodes, adminSecret: undefined, log: (line) => log('takaro', line) }),
    fromSources ? undefined : bundleServices(BUNDLES),
  ]);
  starting.use(
    await keepStreams({
      url: servers.natsUrl,
      setupCredentials: servers.nats.setupCredentials,
      replicas: natsNodes,
      log: (line) => log('nats', line),
      onStuck: () => restartNats(servers),
    }),
  );
  const plain = { ...foundations, host, port, connectorsPort };
  const settings = (await through?.(plain)) ?? plain;
  const supervisor = starting.use(
    await startServices({
      settings,
      ...(bundles !== undefined && { bundles }),
      copies,
      environment: { ...process.env, ...environment(data) },
      log,
    }),
  );
  const places = placesIn(data);
  const edges = Array.from({ length: copies }, (_, copy) => portsOfCopy({ port, connectorsPort }, copy));
  const api = starting.use(await openTcpProxy(...edges.map((edge) => edge.port)));
  const connectors = starting.use(await openTcpProxy(...edges.map((edge) => edge.connectorsPort)));
  const apiUrl = `http://${host}:${api.port}`;
  const ready = async (): Promise<void> => {
    const { signal } = new AbortController();
    if (await untilHealthy({ url: apiUrl, timeoutMs: READY_MS, signal })) return;
    throw new Error(`Takaro did not become ready:\n${lines.slice(-40).join('\n')}`);
  };
  await ready();
  const adminSecret = (await readFile(places.adminSecret, 'utf8')).trim();
  const running = starting.move();
  return {
    data,
    apiUrl,
    connectorsUrl: `ws://${host}:${connectors.port}`,
    connectors,
    admin: createRestClient(apiUrl, { 'x-takaro-admin-token': adminSecret }),
    servers,
    databaseUrls: foundations.databaseUrls,
    services: supervisor.children,
    servicePid: (service) => supervisor.children.find(({ name }) => name === service)?.pid(),
    natsPid: async () => Number(await readFile(places.natsPid, 'utf8')),
    databasePid: () => postmasterPid(servers.adminUrl),
    lines: () => lines,
    ready,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The database says itself where its data and so its process is. */
async function postmasterPid(adminUrl: string): Promise<number> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  const { rows } = await client.query<{ pid: string }>(`SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`);
  await client.end();
  return Number(rows[0]?.pid);
}
