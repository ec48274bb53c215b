import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareKeys } from '@takaro/infra/local/keys';
import { startPostgres } from '@takaro/infra/local/postgres';
import { type DatabaseUrls, preparePostgres } from '@takaro/infra/postgres/roles';
import { readKeys, type SigningKeys } from './keys.ts';
import { startNatsServer } from './nats-server.ts';

/** What every test file of a run shares: servers, not what is in them. */
export interface Servers {
  /** Holds everything; worlds put their files there, too. */
  readonly folder: string;
  readonly natsUrl: string;
  /** Keys and credentials of the nats-server: a world makes itself an account with them. */
  readonly natsFolder: string;
  readonly systemCredentials: string;
  /** The superuser's URL of the database `postgres`. */
  readonly postgresUrl: string;
  /** What `npm start` prepares: a database with roles and platform schemas, which those of worlds are copied from. */
  readonly databaseUrls: DatabaseUrls;
  readonly keys: SigningKeys;
  /** Where worlds note what real services answered. */
  readonly recordFolder: string;
}

/** A throw-away PostgreSQL and nats-server on free ports, prepared by the functions that `npm start` uses. */
export async function startServers(): Promise<Servers & AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'takaro-test-'));
  starting.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  // PostgreSQL may have to run as another user, who must be able to pass.
  await chmod(folder, 0o755);
  const recordFolder = join(folder, 'answers');
  await mkdir(recordFolder);
  const [postgres, nats, keys] = await Promise.all([
    startPostgres({ dataFolder: join(folder, 'postgres'), port: 0, durable: false, log: () => undefined }).then((one) => starting.use(one)),
    startNatsServer(folder).then((one) => starting.use(one)),
    prepareKeys(join(folder, 'keys')).then(readKeys),
  ]);
  const databaseUrls = await preparePostgres({ adminUrl: postgres.adminUrl, passwordFolder: join(folder, 'passwords') });
  const running = starting.move();
  return {
    folder,
    natsUrl: nats.url,
    natsFolder: nats.folder,
    systemCredentials: nats.systemCredentials,
    postgresUrl: postgres.adminUrl,
    databaseUrls,
    keys,
    recordFolder,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
