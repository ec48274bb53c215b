import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { System } from '../takaro/system.ts';

/** What a service writes once it has collected. */
export const COLLECTED = 'collected all that nobody holds';
const PATIENCE_MS = 30_000;

/** Makes Node preload `collect.ts` into the services, and into nothing that they start: what that gets, they choose. */
export const collecting = (): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'collect.ts')).href}`,
});

/**
 * Lets all services collect what nobody holds any longer. V8 lets it lie for minutes at such a load, so that what a process takes says
 * more of when it last collected than of what it keeps. @throws Error naming those that did not within
 * `patienceMs` milliseconds
 */
export async function collectAll({ servicePids, hear }: Pick<System, 'servicePids' | 'hear'>, patienceMs = PATIENCE_MS): Promise<void> {
  const missing = new Set(Object.keys(servicePids));
  const { promise, resolve } = Promise.withResolvers<void>();
  const silence = hear((name, line) => {
    if (line.includes(COLLECTED)) missing.delete(name);
    if (missing.size === 0) resolve();
  });
  const late = setTimeout(resolve, patienceMs);
  try {
    for (const pid of Object.values(servicePids)) process.kill(pid, 'SIGUSR2');
    await promise;
  } finally {
    clearTimeout(late);
    silence();
  }
  if (missing.size > 0) throw new Error(`No collection within ${patienceMs / 1_000} s: ${[...missing].join(', ')}`);
}
