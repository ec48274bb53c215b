import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PreparedNats } from '@takaro/infra/nats/prepare';
import { prepareNatsServer } from './nats-server.ts';

/** A nats-server of a test's own. */
export interface KillableNats extends PreparedNats, AsyncDisposable {
  /** Holds `nats` and `store`. */
  readonly folder: string;
  /** Ends it with SIGKILL and starts it again, having done `meanwhile`. */
  kill(meanwhile?: () => Promise<void>): Promise<void>;
}

export async function openKillableNats(): Promise<KillableNats> {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-nats-'));
  const { prepared, start } = await prepareNatsServer(folder);
  let server = await start();
  return {
    ...prepared,
    folder,
    kill: async (meanwhile) => {
      server.kill();
      await server[Symbol.asyncDispose]();
      await meanwhile?.();
      server = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
