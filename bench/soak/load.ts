import { setTimeout as delay } from 'node:timers/promises';
import { createCommand } from '@takaro/contracts/modules/commands';
import { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { createHook } from '@takaro/contracts/modules/hooks';
import { installModule } from '@takaro/contracts/modules/installations';
import { createModule } from '@takaro/contracts/modules/modules';
import { type Community, openCommunity } from '@takaro/testing/community';
import { closedLoop } from '../stats.ts';
import type { System } from '../takaro/system.ts';

const TENANTS = 3;
const CITIZENS = Array.from({ length: 8 }, (_, index) => `Citizen${index}`);
const WANDERER = 'Wendy';

/** Asks the API, writes a variable, answers in the game. */
const WORK = `import { takaro, data } from '@takaro/helpers';
const found = await takaro.variable.variableControllerSearch({ filters: { key: ['soak'], gameServerId: [data.gameServerId] } });
const known = found.data.data[0];
if (known) await takaro.variable.variableControllerUpdate(known.id, { value: data.arguments.mark });
else await takaro.variable.variableControllerCreate({ key: 'soak', value: data.arguments.mark, gameServerId: data.gameServerId });
console.log('mark ' + data.arguments.mark);
await data.player.pm('done ' + data.arguments.mark);
`;
const NO_OP = `import { data } from '@takaro/helpers';
console.log(data.domainId);
`;

/** What keeps the system busy: commands, hooks, cron jobs, people who come and go, people who read over REST. */
export interface Load extends AsyncDisposable {
  /** Commands a second that it answers when it has always the next one to do. To be asked before it starts. */
  most(): Promise<number>;
  /** Commands a second, each beside a chat message that is none. */
  start(perSecond: number): void;
  readonly asked: () => number;
  readonly answered: () => number;
  /** Executions that were recorded. */
  executions(): Promise<number>;
  stop(): void;
}

export const ANSWERED_WITHIN_MS = 60_000;
/** Enough for half a minute or so. */
const MEASURED = { count: 900, window: 32 };

export async function openLoad({ whole }: System): Promise<Load> {
  await using opening = new AsyncDisposableStack();
  const answered = new Set<string>();
  const waiting = new Map<string, () => void>();
  const watch = (line: string): void => {
    const [, mark] = /^\[game\] \(to \w+\) .*done (\S+)$/.exec(line) ?? [];
    if (mark === undefined) return;
    answered.add(mark);
    waiting.get(mark)?.();
    waiting.delete(mark);
  };
  const towns: Community[] = [];
  for (let index = 0; index < TENANTS; index += 1) {
    towns.push(opening.use(await openCommunity(whole, `soak-${index}`, [...CITIZENS, WANDERER], { log: watch })));
  }
  for (const town of towns) await furnish(town);
  let asked = 0;
  const command = async (): Promise<void> => {
    asked += 1;
    const mark = `m${asked}`;
    const done = new Promise<void>((resolve) => waiting.set(mark, resolve));
    towns[asked % TENANTS]?.game.say(CITIZENS[asked % CITIZENS.length] ?? '', `/work ${mark}`);
    towns[asked % TENANTS]?.game.say(CITIZENS[(asked + 1) % CITIZENS.length] ?? '', `just talk ${asked}`);
    await done;
  };
  const late = async (): Promise<never> => {
    await delay(ANSWERED_WITHIN_MS, undefined, { ref: false });
    throw new Error(`A command was not answered within ${ANSWERED_WITHIN_MS / 1_000} s`);
  };
  const timely = (): Promise<void> => Promise.race([command(), late()]);
  // The first one of a town makes the variable that the others change: of several at once all but one would fail.
  await closedLoop(TENANTS, 1, timely);
  const wander = (): void => {
    for (const { game } of towns) void (game.player(WANDERER).online ? game.leave(WANDERER) : game.join(WANDERER));
  };
  const read = (): void => {
    for (const { root } of towns)
      void root.call(searchExecutions, { limit: 50, sortBy: 'createdAt', sortDirection: 'desc' }).catch(() => undefined);
  };
  const timers: NodeJS.Timeout[] = [];
  const stop = (): void => {
    for (const timer of timers) clearInterval(timer);
  };
  opening.defer(stop);
  const open = opening.move();
  return {
    most: async () => {
      const { elapsedMs } = await closedLoop(MEASURED.count, MEASURED.window, timely);
      return (MEASURED.count / elapsedMs) * 1_000;
    },
    start: (perSecond) => {
      timers.push(
        setInterval(() => void command(), 1_000 / perSecond),
        setInterval(wander, 2_000),
        setInterval(read, 1_000),
      );
    },
    asked: () => asked,
    answered: () => answered.size,
    executions: async () => {
      const totals = await Promise.all(towns.map(({ root }) => root.call(searchExecutions, { limit: 1 })));
      return totals.reduce((sum, { total }) => sum + total, 0);
    },
    stop,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function furnish({ root, gameServerId }: Community): Promise<void> {
  const module = await root.call(createModule, { name: 'soak' });
  const versionId = module.latestVersion.id;
  const mark = { name: 'mark', type: 'string', position: 0 } as const;
  await root.call(createCommand, { versionId, name: 'work', trigger: 'work', function: WORK, arguments: [mark] });
  await root.call(createHook, { versionId, name: 'joined', regex: '.*', eventType: 'player-connected', function: NO_OP });
  await root.call(createCronJob, { versionId, name: 'minutely', temporalValue: '* * * * *', function: NO_OP });
  await root.call(installModule, { versionId, gameServerId });
}
