import type { PreparedNats } from '../nats/prepare.ts';
import type { Child } from './child.ts';
import { endLeftover } from './leftovers.ts';
import { findNatsServer } from './nats-binary.ts';
import { untilLed } from './nats-cluster.ts';
import { type NatsServer, startNats } from './nats.ts';
import type { Options } from './options.ts';
import { freePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { placesIn, prepareBus } from './prepare.ts';
import { Problem } from './problem.ts';
import { shortenNats, shortenPostgres } from './server-lines.ts';

const through = (shorten: (line: string) => string | undefined, say: (line: string) => void) => (line: string) => {
  const short = shorten(line);
  if (short !== undefined) say(short);
};

export interface Servers extends AsyncDisposable {
  readonly adminUrl: string;
  readonly natsUrl: string;
  readonly nats: PreparedNats;
  /** Undefined where the URL of one was given; so are the servers of NATS none. */
  readonly postgresServer: Child | undefined;
  readonly natsServers: readonly Child[];
}

export interface ServersOptions {
  readonly options: Options;
  /** Servers of an earlier start may still run: end them first. */
  readonly takeOver: boolean;
  /** More than one make a cluster on this machine, for tests. @default 1 */
  readonly natsNodes?: number;
  readonly log: (name: string, line: string) => void;
}

/** Ends a nats-server that does not answer and starts it again. A server of a cluster is left: the others go on without it. */
export const restartNats = ({ natsServers: [server, ...others] }: Pick<Servers, 'natsServers'>): void => {
  if (server && others.length === 0) void server.hold('SIGKILL').then(({ letGo }) => letGo());
};

const portOf = (url: string): number => Number(new URL(url).port || 4222);

/** A database and a nats-server of one's own, but for those whose URL is given. Ends NATS first, then PostgreSQL. @throws Problem */
export const startServers = async (wanted: ServersOptions): Promise<Servers> => {
  const { options, takeOver, log } = wanted;
  await using starting = new AsyncDisposableStack();
  let adminUrl = options.databaseUrl;
  let postgresServer: Child | undefined;
  if (adminUrl === undefined) {
    const { postgres: dataFolder } = placesIn(options.data);
    const say = through(shortenPostgres, (line) => log('postgres', line));
    const postgres = starting.use(await startPostgres({ dataFolder, port: 0, restart: true, takeOver, log: say }));
    adminUrl = postgres.adminUrl;
    postgresServer = postgres.server;
  }
  const { natsUrl } = options;
  const nats = await prepareNodes(wanted);
  const natsServers = natsUrl === undefined ? await startNodes(wanted, nats) : [];
  for (const server of natsServers) starting.use(server);
  if (natsServers.length > 1) await untilLed(nats);
  const running = starting.move();
  return { adminUrl, natsUrl: natsUrl ?? nats.url, nats, postgresServer, natsServers, [Symbol.asyncDispose]: () => running.disposeAsync() };
};

const prepareNodes = async ({ options: { data, natsUrl }, natsNodes = 1 }: ServersOptions): Promise<PreparedNats> => {
  const port = natsUrl === undefined ? await freePort() : portOf(natsUrl);
  const others = await Promise.all(
    Array.from({ length: natsNodes - 1 }, async () => ({ port: await freePort(), routePort: await freePort() })),
  );
  const cluster = others.length === 0 ? {} : { cluster: { routePort: await freePort(), others } };
  return prepareBus(data, port, cluster).catch((error: unknown) => {
    throw new Problem(error instanceof Error ? error.message : String(error), { cause: error });
  });
};

/** All at once: those of a cluster are ready when they have found one another. */
const startNodes = async ({ options: { data }, takeOver, log }: ServersOptions, nats: PreparedNats): Promise<NatsServer[]> => {
  const { cache: cacheFolder, natsPid } = placesIn(data);
  const say = (line: string): void => log('nats', line);
  const binary = await findNatsServer({ cacheFolder, log: say });
  if (takeOver) await endLeftover({ pidFile: natsPid, mark: nats.configFile, signal: 'SIGTERM' });
  return Promise.all(
    nats.configFiles.map((configFile) => {
      const pidFile = configFile === nats.configFile ? { pidFile: natsPid } : {};
      return startNats({ binary, configFile, ...pidFile, restart: true, servers: nats.configFiles.length, log: through(shortenNats, say) });
    }),
  );
};
