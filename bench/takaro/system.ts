import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@takaro/infra/local/ports';
import { placesIn, prepareFoundations } from '@takaro/infra/local/prepare';
import { untilHealthy } from '@takaro/infra/local/ready';
import { createRestClient, type RestClient } from '@takaro/infra/local/rest-client';
import { type Servers, startServers } from '@takaro/infra/local/servers';
import { startServices, type Supervisor } from '@takaro/infra/local/supervisor';
import pg from 'pg';

/** The whole of Takaro as `npm start` runs it, in a folder that goes when it ends. */
export interface System extends AsyncDisposable {
  readonly apiUrl: string;
  readonly connectorsUrl: string;
  /** The API with the admin secret. */
  readonly admin: RestClient;
  readonly servers: Servers;
  readonly setupCredentials: string;
  /** With the role of events, whose tables P4 migrates. */
  readonly eventsDatabaseUrl: string;
  readonly databasePid: number;
  readonly natsPid: number;
  readonly servicePids: Readonly<Record<string, number>>;
}

const READY_MS = 120_000;

export async function startSystem(say: (line: string) => void): Promise<System> {
  await using starting = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), 'takaro-bench-'));
  starting.defer(() => rm(data, { recursive: true, force: true }));
  // PostgreSQL runs as another user where we are root; where it cannot pass, its files would lie elsewhere and stay.
  await chmod(data, 0o755);
  const [port, connectorsPort] = [await freePort(), await freePort()];
  const options = {
    data,
    host: '127.0.0.1',
    port,
    connectorsPort,
    adminSecret: undefined,
    demo: false,
    databaseUrl: undefined,
    natsUrl: undefined,
  };
  const servers = starting.use(await startServers({ options, takeOver: false, log: ignore }));
  const foundations = await prepareFoundations({ data, ...servers, adminSecret: undefined, log: ignore });
  const supervisor = starting.use(
    await startServices({ settings: { ...foundations, host: options.host, port, connectorsPort }, log: ignore }),
  );
  const apiUrl = `http://127.0.0.1:${port}`;
  const signal = new AbortController().signal;
  if (!(await untilHealthy({ url: apiUrl, timeoutMs: READY_MS, signal }))) throw new Error('The system did not become ready');
  say('the system is ready');
  const places = placesIn(data);
  const running = starting.move();
  return {
    apiUrl,
    connectorsUrl: `ws://127.0.0.1:${connectorsPort}`,
    admin: createRestClient(apiUrl, { 'x-takaro-admin-token': (await readFile(places.adminSecret, 'utf8')).trim() }),
    servers,
    setupCredentials: await readFile(servers.nats.setupCredentials, 'utf8'),
    eventsDatabaseUrl: foundations.databaseUrls.events ?? '',
    databasePid: await postmasterPid(servers.adminUrl),
    natsPid: Number(await readFile(places.natsPid, 'utf8')),
    servicePids: pidsOf(supervisor),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const ignore = (): void => undefined;

const pidsOf = ({ children }: Supervisor): Record<string, number> =>
  Object.fromEntries(children.map((child) => [child.name, child.pid() ?? 0]));

/** The database says itself where its data and so its process is. */
async function postmasterPid(adminUrl: string): Promise<number> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  const { rows } = await client.query<{ pid: string }>(`SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`);
  await client.end();
  return Number(rows[0]?.pid);
}
