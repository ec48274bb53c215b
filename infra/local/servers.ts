import type { PreparedNats } from '../nats/prepare.ts';
import type { Child } from './child.ts';
import { endLeftover } from './leftovers.ts';
import { findNatsServer } from './nats-binary.ts';
import { startNats } from './nats.ts';
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
  /** Undefined where the URL of one was given. */
  readonly postgresServer: Child | undefined;
  readonly natsServer: Child | undefined;
}

export interface ServersOptions {
  readonly options: Options;
  /** Servers of an earlier start may still run: end them first. */
  readonly takeOver: boolean;
  readonly log: (name: string, line: string) => void;
}

const portOf = (url: string): number => Number(new URL(url).port || 4222);

/** A database and a nats-server of one's own, but for those whose URL is given. Ends NATS first, then PostgreSQL. @throws Problem */
export const startServers = async ({ options, takeOver, log }: ServersOptions): Promise<Servers> => {
  const { data, databaseUrl, natsUrl } = options;
  const places = placesIn(data);
  await using starting = new AsyncDisposableStack();

  let adminUrl = databaseUrl;
  let postgresServer: Child | undefined;
  let natsServer: Child | undefined;
  if (adminUrl === undefined) {
    const { postgres: dataFolder } = places;
    const postgres = await startPostgres({
      dataFolder,
      port: 0,
      restart: true,
      takeOver,
      log: through(shortenPostgres, (line) => log('postgres', line)),
    });
    adminUrl = starting.use(postgres).adminUrl;
    postgresServer = postgres.server;
  }

  const port = natsUrl === undefined ? await freePort() : portOf(natsUrl);
  const nats = await prepareBus(data, port).catch((error: unknown) => {
    throw new Problem(error instanceof Error ? error.message : String(error), { cause: error });
  });
  if (natsUrl === undefined) {
    const say = (line: string): void => log('nats', line);
    const binary = await findNatsServer({ cacheFolder: places.cache, log: say });
    if (takeOver) await endLeftover({ pidFile: places.natsPid, mark: nats.configFile, signal: 'SIGTERM' });
    natsServer = starting.use(
      await startNats({ binary, configFile: nats.configFile, pidFile: places.natsPid, restart: true, log: through(shortenNats, say) }),
    );
  }
  const running = starting.move();
  return { adminUrl, natsUrl: natsUrl ?? nats.url, nats, postgresServer, natsServer, [Symbol.asyncDispose]: () => running.disposeAsync() };
};
