import type { RequestContract } from '@takaro/contracts/contract';
import { searchEvents } from '@takaro/contracts/events/rest';
import { type ExecutionOutput, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { searchPogs } from '@takaro/contracts/players/pog-rest';
import type { SearchInput } from '@takaro/contracts/search';
import { type Community, openCommunity } from '@takaro/testing/community';
import type { System } from '@takaro/testing/system';
import { writeModule } from '../system/author.ts';
import type { History } from './history.ts';

const CITIZENS = ['Alice', 'Bob', 'Carol'];
/** Comes and goes while the others talk. */
const WANDERER = 'Wendy';

const HELPERS = `import { data } from '@takaro/helpers';`;
const ANSWER = `${HELPERS} await data.player.pm('done ' + data.arguments.mark);`;
const LINGER = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);`;

/** A community whose players type commands, each with a mark by which it is found again wherever it left something. */
export interface Town extends AsyncDisposable {
  readonly community: Community;
  /** Says commands at an even pace while `during` lasts, people coming and going meanwhile. */
  talk(prefix: string, perSecond: number, during: () => Promise<void>): Promise<void>;
  /** One command: `mark` answers at once, `before` after a while, `after` at once and then takes a while. */
  say(command: 'mark' | 'before' | 'after', mark: string): void;
  /** Whether the command with this mark was answered in the game. */
  hasAnswered(mark: string): boolean;
  /** How many executions are not over. */
  unfinished(): Promise<number>;
  executions(): Promise<readonly ExecutionOutput[]>;
  history(): Promise<History>;
  /** Whom Takaro holds for online, and who is. */
  online(): Promise<{ readonly known: readonly string[]; readonly real: readonly string[] }>;
}

export async function openTown(system: System, name: string): Promise<Town> {
  const effects: string[] = [];
  const watch = (line: string): void => {
    const [, mark] = /^\[game\] \(to \w+\) .*done (\S+)$/.exec(line) ?? [];
    if (mark !== undefined) effects.push(mark);
  };
  const community = await openCommunity(system, name, [...CITIZENS, WANDERER], watch);
  const { root, game } = community;
  const author = await writeModule(community, 'town');
  await author.command('mark', [ANSWER], ['mark']);
  await author.command('before', [`${LINGER} ${ANSWER}`], ['mark']);
  await author.command('after', [`${ANSWER} ${LINGER}`], ['mark']);
  await author.install();
  const accepted: string[] = [];
  const say: Town['say'] = (command, mark) => {
    game.say(CITIZENS[accepted.length % CITIZENS.length] ?? '', `/${command} ${mark}`);
    accepted.push(mark);
  };
  const wander = (): void => void (game.player(WANDERER).online ? game.leave(WANDERER) : game.join(WANDERER));
  return {
    community,
    say,
    talk: async (prefix, perSecond, during) => {
      let count = 0;
      const talking = setInterval(() => say('mark', `${prefix}-${(count += 1)}`), 1_000 / perSecond);
      const wandering = setInterval(wander, 300);
      try {
        await during();
      } finally {
        clearInterval(talking);
        clearInterval(wandering);
      }
      await game.confirmed();
    },
    hasAnswered: (mark) => effects.includes(mark),
    unfinished: async () => (await root.call(searchExecutions, { filters: { state: ['queued', 'running'] }, limit: 1 })).total,
    executions: () => allOf(community, searchExecutions, {}),
    history: async () => historyOf(community, accepted, effects),
    online: async () => {
      const { rows } = await root.call(searchPogs, { filters: { online: [true] } });
      const real = game.playersOnline().map(({ gameId }) => gameId);
      return { known: rows.map(({ gameId }) => gameId).toSorted(), real: real.toSorted() };
    },
    [Symbol.asyncDispose]: () => community[Symbol.asyncDispose](),
  };
}

async function historyOf(community: Community, accepted: readonly string[], effects: readonly string[]): Promise<History> {
  const [messages, told, executions] = await Promise.all([
    allOf(community, searchEvents, { filters: { eventName: ['chat-message'] } }),
    allOf(community, searchEvents, { filters: { eventName: ['command-executed'] } }),
    allOf(community, searchExecutions, {}),
  ]);
  const said = messages.flatMap(({ id, meta }) => {
    const [, mark] = /^[/]\w+ (\S+)$/.exec(String(meta?.['msg'])) ?? [];
    return mark === undefined ? [] : [{ mark, eventId: id }];
  });
  const ends = told.map(({ meta }) => String(Reflect.get(Object(meta?.['execution']), 'id')));
  return { accepted: [...accepted], said, executions, told: ends, effects: [...effects] };
}

type SearchOf<Row> = RequestContract<SearchInput, { rows: Row[]; total: number }>;

/** Every row that a search finds, page after page. */
async function allOf<Row>({ root }: Community, search: SearchOf<Row>, input: SearchInput): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 0; ; page += 1) {
    const found = await root.call(search, { ...input, sortBy: 'id', limit: 1_000, page });
    rows.push(...found.rows);
    if (rows.length >= found.total || found.rows.length === 0) return rows;
  }
}
