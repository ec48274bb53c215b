import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ALL_REQUESTS } from '@takaro/contracts/all';
import { UNAVAILABLE } from '@takaro/contracts/unavailable/all';
import type { TestProject } from 'vitest/node';
import { publicPromises, readAnswers, requireProduced } from './produced-errors.ts';
import type { Servers } from './servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    servers: Servers;
  }
}

const SERVERS = fileURLToPath(new URL('servers-main.ts', import.meta.url));

/**
 * vitest's globalSetup: a throw-away PostgreSQL and nats-server for the run, gone at its end.
 * After a whole run (`TAKARO_TEST_WHOLE=1`, set by `npm test`) it fails when a contract promises what nobody saw, at the bus or over HTTP.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const child = fork(SERVERS, { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const [servers]: unknown[] = await Promise.race([once(child, 'message'), exited]);
  if (!isServers(servers)) throw new Error('The servers of the tests did not start; what they said is above');
  project.provide('servers', servers);
  return async () => {
    const seen = await readAnswers(servers.recordFolder);
    child.disconnect();
    await exited;
    if (process.env['TAKARO_TEST_WHOLE'] === '1')
      requireProduced([...ALL_REQUESTS, ...publicPromises([...ALL_REQUESTS, ...UNAVAILABLE])], seen);
  };
}

const isServers = (message: unknown): message is Servers => typeof message === 'object' && message !== null && 'natsUrl' in message;
