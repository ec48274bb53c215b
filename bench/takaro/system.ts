import { readFile } from 'node:fs/promises';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { startSystem as startWhole, type System as Whole } from '@takaro/testing/system';

/** The whole of Takaro as `npm start` runs it, with what is measured of it. Its processes stay the same while it runs. */
export interface System extends Pick<Whole, 'apiUrl' | 'connectorsUrl' | 'admin' | 'servers'>, AsyncDisposable {
  readonly whole: Whole;
  readonly setupCredentials: string;
  /** With the role of events, whose tables P4 migrates. */
  readonly eventsDatabaseUrl: string;
  /** The superuser's, of the database of the services. */
  readonly servicesAdminUrl: string;
  readonly databasePid: number;
  readonly natsPid: number;
  readonly servicePids: Readonly<Record<string, number>>;
  /** Hands on every line that the processes write, until what is answered is called. */
  readonly hear: (listener: Listener) => () => void;
}

type Listener = (name: string, line: string) => void;

/** A game server that asks for all that the machine can do is no flooder. */
const UNPACED = {
  TAKARO_LIMIT_HTTP_REQUESTS: '1000000000',
  TAKARO_LIMIT_GAME_SERVER_EVENTS_PER_SECOND: '1000000',
  TAKARO_LIMIT_GAME_SERVER_EVENTS_PER_SECOND_UNEVEN: '1000000',
  TAKARO_LIMIT_GAME_SERVER_EVENTS_AT_ONCE: '1000000',
};

export interface SystemOptions {
  readonly say: (line: string) => void;
  /** Whether game servers are held to the pace that they have by default. */
  readonly paced: boolean;
  /** Handed on to the services. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startSystem({ say, paced, environment }: SystemOptions): Promise<System> {
  await using starting = new AsyncDisposableStack();
  const listeners = new Set<Listener>();
  const log: Listener = (name, line) => {
    for (const listener of listeners) listener(name, line);
  };
  const whole = starting.use(await startWhole({ log, environment: () => ({ ...(!paced && UNPACED), ...environment }) }));
  say('the system is ready');
  const { apiUrl, connectorsUrl, admin, servers, databaseUrls } = whole;
  const [setupCredentials, databasePid, natsPid] = [
    await readFile(servers.nats.setupCredentials, 'utf8'),
    await whole.databasePid(),
    await whole.natsPid(),
  ];
  const running = starting.move();
  return {
    whole,
    apiUrl,
    connectorsUrl,
    admin,
    servers,
    setupCredentials,
    eventsDatabaseUrl: databaseUrls.events ?? '',
    servicesAdminUrl: new URL(new URL(databaseUrls.events ?? '').pathname, servers.adminUrl).href,
    databasePid,
    natsPid,
    servicePids: Object.fromEntries(SERVICE_NAMES.map((service) => [service, whole.servicePid(service) ?? 0])),
    hear: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
