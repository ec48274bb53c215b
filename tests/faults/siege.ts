import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionOutput } from '@takaro/contracts/modules/execution-history';
import type { ServiceName } from '@takaro/contracts/services';
import type { Child } from '@takaro/infra/local/child';
import { backlogOf } from '@takaro/testing/backlog';
import { startSystem, type System, type SystemOptions } from '@takaro/testing/system';
import { faultsIn, isOfWipe, sumOf, type Tally, tallyOf, type Wipe } from './history.ts';
import type { Pace } from './load.ts';
import { openTown, type Town } from './town.ts';
import { until, untilNone } from './until.ts';

const LEASE = { TAKARO_LIMIT_LEASE_MS: '5000', TAKARO_LIMIT_HEARTBEAT_LEASE_MS: '500' };

/** What a service that was ended is started again after, so that every time is like the first. */
const RESTART_MS = 250;

/** Ten times the longest time that a row allows. */
const ANSWER_MS = 300_000;
/** What waits after a fault is done beside what goes on, with what a busy machine has left. */
const CATCH_UP_MS = 600_000;

/** Of several copies or servers the first has no number. */
export type Target = ServiceName | `${ServiceName}-2` | 'nats' | 'nats-2' | 'nats-3' | 'postgres';

/** What is left after a fault, over all towns. */
export interface Verdict {
  readonly tally: Tally;
  /** What was lost, doubled or left; things given up on, too; one sentence each. */
  readonly faults: readonly string[];
}

/** The whole of Takaro with towns in which things happen while parts of it fail. */
export interface Siege extends AsyncDisposable {
  readonly system: System;
  readonly towns: readonly Town[];
  /** Lets things happen in every town while `during` lasts; settles when all of it is accepted. */
  talk(prefix: string, pace: Pace, during: () => Promise<void>): Promise<void>;
  child(target: Target): Child;
  /** Ends a process, with `SIGKILL` if nothing else is said, and starts it again. Answers how it ended. */
  strike(target: Target, signal?: NodeJS.Signals): Promise<string>;
  /** Settles when a command that was typed after a moment was answered in every town, with the moment when that was so. */
  answeredAgain(sinceMs: number): Promise<number>;
  /** Settles when of the commands that were typed after a moment none waits for long any more; false when that is not so for ten minutes. */
  caughtUp(sinceMs: number): Promise<boolean>;
  /** Settles when nothing runs and nothing waits any more. */
  untilQuiet(): Promise<void>;
  /** Not held against anybody is what was in the streams alone when they were lost. */
  verdict(wipes?: readonly Wipe[]): Promise<Verdict>;
  /** So many messages more are to be given up on. */
  expectDead(count: number): void;
}

export const startBesieged = (options: SystemOptions = {}): Promise<System> =>
  startSystem({ ...options, environment: (data) => ({ ...LEASE, ...options.environment?.(data) }) });

export async function openSiege(system: System, names: readonly string[]): Promise<Siege> {
  await using opening = new AsyncDisposableStack();
  const towns: Town[] = [];
  for (const name of names) towns.push(opening.use(await openTown(system, name)));
  const child = (target: Target): Child => childOf(system, target);
  let expected = (await backlogOf(system)).dead;
  const opened = opening.move();
  return {
    system,
    towns,
    child,
    talk: async (prefix, pace, during) => {
      const telling = during();
      await Promise.all(towns.map((town) => town.talk(prefix, pace, () => telling)));
    },
    strike: (target, signal = 'SIGKILL') => strike(child(target), signal),
    answeredAgain: async (sinceMs) => {
      const isAnswered = (): boolean => towns.every((town) => firstAnswer(town, sinceMs) !== undefined);
      await until('answered in every town', isAnswered, { timeoutMs: ANSWER_MS, intervalMs: 50 });
      return Math.max(...towns.map((town) => firstAnswer(town, sinceMs) ?? sinceMs));
    },
    caughtUp: (sinceMs) =>
      untilNone(() => behindIn(towns, sinceMs), { timeoutMs: CATCH_UP_MS }).then(
        () => true,
        () => false,
      ),
    // While something comes back, asking may be refused: then it is not quiet.
    untilQuiet: () => untilNone(() => noiseIn(system, towns).catch((error: unknown) => [String(error)])),
    verdict: async (wipes = []) => {
      const histories = await Promise.all(towns.map((town) => town.history()));
      const { dead } = await backlogOf(system);
      const strays = await Promise.all(towns.map(straysIn));
      const left = dead === expected ? [] : [`${dead} messages were given up on and not ${expected}`];
      const faults = histories.flatMap((history) => faultsIn(history).filter((fault) => !isOfWipe(fault, history, wipes)));
      return { tally: sumOf(histories.map(tallyOf)), faults: [...faults, ...left, ...strays.flat()] };
    },
    expectDead: (count) => {
      expected += count;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Ends a process of a service in order and starts it again. Answers how it ended. */
export async function stop({ system }: Siege, name: string): Promise<string> {
  const child = system.services.find((one) => one.name === name);
  if (!child) throw new Error(`${name} does not run here`);
  return strike(child, 'SIGTERM');
}

async function strike(child: Child, signal: NodeJS.Signals): Promise<string> {
  const { ending, letGo } = await child.hold(signal);
  await delay(RESTART_MS);
  letGo();
  return ending;
}

function childOf({ services, servers }: System, target: Target): Child {
  const [kind, number = '1'] = target.split('-');
  const found =
    kind === 'nats'
      ? servers.natsServers[Number(number) - 1]
      : kind === 'postgres'
        ? servers.postgresServer
        : services.find(({ name }) => name === target);
  if (!found) throw new Error(`${target} does not run here`);
  return found;
}

function firstAnswer(town: Town, sinceMs: number): number | undefined {
  const times = town.commands(sinceMs).flatMap(({ answeredAt }) => answeredAt.slice(0, 1));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What is answered later than this waits for others to be answered. */
const MOMENT_MS = 2_000;

/** Not answered for so long, it is asked whether a command that was typed within a moment of the fault failed: such a one is over. */
const LOOK_UP_MS = 10_000;

/** The commands that wait. */
async function behindIn(towns: readonly Town[], sinceMs: number): Promise<readonly string[]> {
  const behind = await Promise.all(towns.map((town) => waitingIn(town, sinceMs)));
  return behind.flat();
}

async function waitingIn(town: Town, sinceMs: number): Promise<readonly string[]> {
  const now = Date.now();
  const open = town.commands(sinceMs).filter(({ saidAt, answeredAt }) => answeredAt.length === 0 && saidAt < now - MOMENT_MS);
  const marks = open.map(({ mark }) => mark);
  const struck = new Set(open.filter(({ saidAt }) => saidAt < sinceMs + MOMENT_MS).map(({ mark }) => mark));
  if (struck.size === 0 || open.some(({ saidAt }) => saidAt > now - LOOK_UP_MS)) return marks;
  // While something comes back, asking may be refused: then they wait.
  const failed = await town.failed().catch(() => new Set<string>());
  return marks.filter((mark) => !struck.has(mark) || !failed.has(mark));
}

async function noiseIn(system: System, towns: readonly Town[]): Promise<readonly string[]> {
  const unfinished = async (): Promise<number> =>
    (await Promise.all(towns.map((town) => town.unfinished()))).reduce((sum, one) => sum + one, 0);
  const running = await unfinished();
  const { held } = await backlogOf(system);
  // What was held may have begun to run meanwhile.
  return [...held, ...(running + (await unfinished()) > 0 ? [`${running} executions`] : [])];
}

/** Who is online for one and not for the other. */
async function straysIn(town: Town): Promise<string[]> {
  const { known, real } = await town.online();
  return [
    ...real.filter((gameId) => !known.includes(gameId)).map((gameId) => `player ${gameId} is online and not known to be`),
    ...known.filter((gameId) => !real.includes(gameId)).map((gameId) => `player ${gameId} is offline and not known to be`),
  ];
}

/** How the two commands that take a while stand: the one that answers after, and the one that answers before. */
export const lingering = async (town: Town): Promise<string> => (await lingerers(town)).map((one) => one?.state).join();

/** The same two, each with its attempt, its state and why it did not succeed. */
export const lingeringWhy = async (town: Town): Promise<string> =>
  (await lingerers(town)).map((one) => `attempt ${one?.attempt} ${one?.state} ${one?.reason}`).join('; ');

async function lingerers(town: Town): Promise<readonly (ExecutionOutput | undefined)[]> {
  const executions = await town.executions();
  return ['before', 'after'].map((name) => executions.find(({ componentName }) => componentName === name));
}
