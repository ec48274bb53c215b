import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NatsServer as RunningNats, startNats } from '@takaro/infra/local/nats';
import { findNatsServer } from '@takaro/infra/local/nats-binary';
import { freePort } from '@takaro/infra/local/ports';
import { prepareNats, type PreparedNats } from '@takaro/infra/nats/prepare';

export interface NatsServer extends PreparedNats, AsyncDisposable {
  readonly folder: string;
}

/** Where `npm start` keeps the binary, too. */
const CACHE_FOLDER = fileURLToPath(new URL('../../../.takaro/cache', import.meta.url));

/** A nats-server of its own in operator mode, with keys, credentials and streams below `folder`. */
export async function startNatsServer(folder: string): Promise<NatsServer> {
  const { prepared, start } = await prepareNatsServer(folder);
  const server = await start();
  return { ...prepared, folder: join(folder, 'nats'), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** The same, to be started as often as one likes. */
export async function prepareNatsServer(folder: string): Promise<{ prepared: PreparedNats; start: () => Promise<RunningNats> }> {
  const binary = await findNatsServer({ cacheFolder: CACHE_FOLDER });
  const prepared = await prepareNats({ folder: join(folder, 'nats'), port: await freePort(), storeFolder: join(folder, 'store') });
  return { prepared, start: () => startNats({ binary, configFile: prepared.configFile, log: () => undefined }) };
}
