import { readFile } from 'node:fs/promises';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { startSystem as startWhole, type System as Whole } from '@takaro/testing/system';

/** The whole of Takaro as `npm start` runs it, with what is measured of it. Its processes stay the same while it runs. */
export interface System extends Pick<Whole, 'apiUrl' | 'connectorsUrl' | 'admin' | 'servers'>, AsyncDisposable {
  readonly whole: Whole;
  readonly setupCredentials: string;
  /** With the role of events, whose tables P4 migrates. */
  readonly eventsDatabaseUrl: string;
  readonly databasePid: number;
  readonly natsPid: number;
  readonly servicePids: Readonly<Record<string, number>>;
}

/** A game server that asks for all that the machine can do is no flooder. */
const UNPACED = { TAKARO_LIMIT_GAME_SERVER_EVENTS_PER_SECOND: '1000000', TAKARO_LIMIT_GAME_SERVER_EVENTS_AT_ONCE: '1000000' };

export interface SystemOptions {
  readonly say: (line: string) => void;
  /** Whether game servers are held to the pace that they have by default. */
  readonly paced: boolean;
}

export async function startSystem({ say, paced }: SystemOptions): Promise<System> {
  await using starting = new AsyncDisposableStack();
  const whole = starting.use(await startWhole(paced ? {} : { environment: () => UNPACED }));
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
    databasePid,
    natsPid,
    servicePids: Object.fromEntries(SERVICE_NAMES.map((service) => [service, whole.servicePid(service) ?? 0])),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
