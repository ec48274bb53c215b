import type { ServiceName } from '@takaro/contracts/services';
import { startSystem, type System } from '@takaro/testing/system';
import { expect } from 'vitest';
import { faultsIn } from './history.ts';
import { backlogOf } from './quiet.ts';
import { openTown, type Town } from './town.ts';

const LEASE = { TAKARO_LIMIT_LEASE_MS: '5000', TAKARO_LIMIT_HEARTBEAT_LEASE_MS: '500' };
const KILL_AFTER_MS = 1_000;
const TALK_MS = 4_000;
const PER_SECOND = 20;
export const PATIENT = { timeout: 120_000, interval: 250 };

export type Target = ServiceName | 'nats' | 'postgres';

/** The whole of Takaro with two towns that talk while parts of it are killed. */
export interface Siege extends AsyncDisposable {
  readonly towns: readonly Town[];
  /** Kills in the middle of 20 commands a second from each town, as soon as `ready` settled, and waits until it is back. */
  killMidFlow(target: Target, options?: { readonly mark?: string; readonly ready?: () => Promise<void> }): Promise<void>;
  /** Settles when nothing runs and nothing waits any more. */
  untilQuiet(): Promise<void>;
  /** What was lost, doubled or left, in all towns; things given up on, too. */
  faults(): Promise<string[]>;
}

export async function openSiege(): Promise<Siege> {
  await using opening = new AsyncDisposableStack();
  const system = opening.use(await startSystem({ environment: LEASE }));
  const towns: Town[] = [];
  for (const name of ['north', 'south']) towns.push(opening.use(await openTown(system, name)));
  const unfinished = async (): Promise<number> =>
    (await Promise.all(towns.map((town) => town.unfinished()))).reduce((sum, one) => sum + one, 0);
  const opened = opening.move();
  return {
    towns,
    killMidFlow: async (target, { mark = target, ready = async () => undefined } = {}) => {
      let before: number | undefined;
      const story = async (): Promise<void> => {
        const from = Date.now();
        await expect.poll(() => Date.now() - from, PATIENT).toBeGreaterThan(KILL_AFTER_MS);
        await ready();
        before = await pidOf(system, target);
        process.kill(before, 'SIGKILL');
        await expect.poll(() => Date.now() - from, PATIENT).toBeGreaterThan(TALK_MS);
      };
      const telling = story();
      await Promise.all(towns.map((town) => town.talk(mark, PER_SECOND, () => telling)));
      await system.ready();
      expect(await pidOf(system, target)).not.toBe(before);
    },
    untilQuiet: async () => {
      const noise = async (): Promise<readonly string[]> => {
        const running = await unfinished();
        const { held } = await backlogOf(system);
        // What was held may have begun to run meanwhile.
        return [...held, ...(running + (await unfinished()) > 0 ? [`${running} executions`] : [])];
      };
      // While something comes back, asking may be refused: then it is not quiet.
      await expect.poll(() => noise().catch((error: unknown) => [String(error)]), PATIENT).toEqual([]);
    },
    faults: async () => {
      const lists = await Promise.all(towns.map(async (town) => faultsIn(await town.history())));
      const { dead } = await backlogOf(system);
      return [...lists.flat(), ...(dead > 0 ? [`${dead} messages were given up on`] : [])];
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function pidOf(system: System, target: Target): Promise<number> {
  if (target === 'nats') return system.natsPid();
  if (target === 'postgres') return system.databasePid();
  const pid = system.servicePid(target);
  if (pid === undefined) throw new Error(`${target} does not run`);
  return pid;
}

/** How the two commands that take a while stand: the one that answers after, and the one that answers before. */
export async function lingering(town: Town): Promise<string> {
  const executions = await town.executions();
  return ['before', 'after'].map((name) => executions.find(({ componentName }) => componentName === name)?.state).join();
}
