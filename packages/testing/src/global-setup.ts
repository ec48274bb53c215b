import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@takaro/infra/local/postgres';
import { prepareDatabase } from '@takaro/tenant-db';
import type { TestProject } from 'vitest/node';
import { generateKeys, type SigningKeys } from './keys.ts';
import { startNatsServer } from './nats-server.ts';
import { inDatabase, withClient } from './sql.ts';

/** What every test file of a run shares: servers, not what is in them. */
export interface Servers {
  readonly natsUrl: string;
  /** Keys and credentials of the nats-server: a world makes itself an account with them. */
  readonly natsFolder: string;
  readonly systemCredentials: string;
  /** The superuser's URL of the database `postgres`. */
  readonly postgresUrl: string;
  /** The database that those of worlds are copied from: roles and platform schemas, as `npm start` prepares them. */
  readonly template: string;
  /** The password of every service's role. */
  readonly password: string;
  readonly keys: SigningKeys;
  /** Where worlds note what real services answered. */
  readonly recordFolder: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    servers: Servers;
  }
}

const TEMPLATE = 'takaro_template';
const PASSWORD = 'secret';

/** vitest's globalSetup: a throw-away PostgreSQL and nats-server for the run, on free ports, gone at its end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
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
    generateKeys(),
  ]);
  await withClient(postgres.adminUrl, (client) => client.query(`create database ${TEMPLATE}`));
  await prepareDatabase(inDatabase(postgres.adminUrl, TEMPLATE), () => PASSWORD);
  project.provide('servers', {
    natsUrl: nats.url,
    natsFolder: nats.folder,
    systemCredentials: nats.systemCredentials,
    postgresUrl: postgres.adminUrl,
    template: TEMPLATE,
    password: PASSWORD,
    keys,
    recordFolder,
  });
  const running = starting.move();
  return () => running.disposeAsync();
}
