import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, connectBus } from '@takaro/bus';
import type { ServiceName } from '@takaro/contracts/services';
import type { PreparedNats } from '@takaro/infra/nats/prepare';
import { pino } from 'pino';
import { inject } from 'vitest';
import { prepareNatsServer } from './nats-server.ts';

/** A nats-server of a test's own. */
export interface KillableNats extends PreparedNats, AsyncDisposable {
  /** Holds `nats` and `store`. */
  readonly folder: string;
  /** Stands still, its connections open, and goes on. */
  pause(): void;
  goOn(): void;
  /** Ends it with SIGKILL and starts it again, having done `meanwhile`. */
  kill(meanwhile?: () => Promise<void>): Promise<void>;
  /** A service's connection, ended with the server. */
  busFor(service: ServiceName): Promise<Bus>;
}

export async function openKillableNats(): Promise<KillableNats> {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-nats-'));
  const { prepared, start } = await prepareNatsServer(folder);
  let server = await start();
  const buses = new AsyncDisposableStack();
  const { keys } = inject('servers');
  return {
    ...prepared,
    folder,
    pause: () => void process.kill(server.pid() ?? 0, 'SIGSTOP'),
    goOn: () => void process.kill(server.pid() ?? 0, 'SIGCONT'),
    kill: async (meanwhile) => {
      server.kill();
      await server[Symbol.asyncDispose]();
      await meanwhile?.();
      server = await start();
    },
    busFor: async (service) =>
      buses.use(
        await connectBus({
          service,
          url: prepared.url,
          credentials: await readFile(prepared.credentials[service], 'utf8'),
          log: pino({ level: process.env['TAKARO_LOG_LEVEL'] ?? 'error' }),
          signingKeys: keys.private.filter(({ issuer }) => issuer === service),
          trustedKeys: keys.public,
        }),
      ),
    [Symbol.asyncDispose]: async () => {
      await buses.disposeAsync();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
