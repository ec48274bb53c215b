import { type ExecutionOutput, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { searchPogs } from '@takaro/contracts/players/pog-rest';
import { type Community, openCommunity } from '@takaro/testing/community';
import type { System } from '@takaro/testing/system';
import { writeModule } from '../system/author.ts';
import type { History } from './history.ts';
import { CITIZENS, Clerk, type Pace, startLoad, WANDERERS } from './load.ts';
import { allOf, readFailed, readHistory, type Report } from './read-history.ts';

const HELPERS = `import { data } from '@takaro/helpers';`;
const ANSWER = `${HELPERS} await data.player.pm('done ' + data.arguments.mark);`;
const LINGER = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);`;

/** One command that was typed. Times in milliseconds since the epoch. */
export interface Command {
  readonly mark: string;
  readonly saidAt: number;
  /** When the game showed what the function answered; more than one is a fault. */
  readonly answeredAt: readonly number[];
}

/** A community whose players type commands, each with a mark by which it is found again wherever it left something. */
export interface Town extends AsyncDisposable {
  readonly community: Community;
  /** Lets things happen at an even pace while `during` lasts, and settles when all of it is accepted. */
  talk(prefix: string, pace: Pace, during: () => Promise<void>): Promise<void>;
  /** One command: `mark` answers at once, `before` after a while, `after` at once and then takes a while. */
  say(command: 'mark' | 'before' | 'after', mark: string): void;
  /** Settles when everything that its game reported so far is accepted. */
  confirmed(): Promise<void>;
  /** Those that were typed since a moment. @default all */
  commands(sinceMs?: number): readonly Command[];
  /** How many executions are not over. */
  unfinished(): Promise<number>;
  executions(): Promise<readonly ExecutionOutput[]>;
  /** The marks of the commands that ended without success. */
  failed(): Promise<ReadonlySet<string>>;
  history(): Promise<History>;
  /** Whom Takaro holds for online, and who is. */
  online(): Promise<{ readonly known: readonly string[]; readonly real: readonly string[] }>;
}

export async function openTown(system: System, name: string): Promise<Town> {
  const answers = new Map<string, number[]>();
  const said: { readonly mark: string; readonly saidAt: number }[] = [];
  const reports: Report[] = [];
  const watch = (line: string): void => {
    const [, mark] = /^\[game\] \(to \w+\) .*done (\S+)$/.exec(line) ?? [];
    if (mark !== undefined) answers.set(mark, [...(answers.get(mark) ?? []), Date.now()]);
  };
  const players = [...CITIZENS, ...WANDERERS];
  const community = await openCommunity(system, name, players, {
    log: watch,
    onReport: (event) => reports.push({ ...event, atMs: Date.now() }),
  });
  const { root, game } = community;
  const author = await writeModule(community, 'town');
  await author.command('mark', [ANSWER], ['mark']);
  await author.command('before', [`${LINGER} ${ANSWER}`], ['mark']);
  await author.command('after', [`${ANSWER} ${LINGER}`], ['mark']);
  await author.install();
  const clerk = new Clerk(root);
  const say: Town['say'] = (command, mark) => {
    said.push({ mark, saidAt: Date.now() });
    game.say(CITIZENS[said.length % CITIZENS.length] ?? '', `/${command} ${mark}`);
  };
  return {
    community,
    say,
    talk: async (prefix, pace, during) => {
      let count = 0;
      const next = (): string => `${prefix}-${(count += 1)}`;
      {
        using _load = startLoad({ game, seed: 1, sayCommand: () => say('mark', next()), write: () => clerk.write(next()) }, pace);
        await during();
      }
      await clerk.settled();
      await game.confirmed();
    },
    commands: (sinceMs = 0) =>
      said.filter(({ saidAt }) => saidAt >= sinceMs).map((command) => ({ ...command, answeredAt: answers.get(command.mark) ?? [] })),
    confirmed: () => game.confirmed(),
    unfinished: async () => (await root.call(searchExecutions, { filters: { state: ['queued', 'running'] }, limit: 1 })).total,
    executions: () => allOf(community, searchExecutions, {}),
    failed: () => readFailed(community),
    history: async () => {
      const read = await readHistory(community, reports);
      return {
        ...read,
        accepted: said.map(({ mark }) => mark),
        effects: [...answers].flatMap(([mark, times]) => times.map(() => mark)),
        requests: { tried: clerk.tried, answered: clerk.accepted },
        times: new Map([...read.times, ...said.map(({ mark, saidAt }) => [mark, saidAt] as const)]),
      };
    },
    online: async () => {
      const { rows } = await root.call(searchPogs, { filters: { online: [true] } });
      const real = game.playersOnline().map(({ gameId }) => gameId);
      return { known: rows.map(({ gameId }) => gameId).toSorted(), real: real.toSorted() };
    },
    [Symbol.asyncDispose]: () => community[Symbol.asyncDispose](),
  };
}
