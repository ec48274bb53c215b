import { setTimeout as delay } from 'node:timers/promises';
import type { RequestContract } from '@takaro/contracts/contract';
import { type EventOutput, searchEvents } from '@takaro/contracts/events/rest';
import { deriveId } from '@takaro/contracts/ids';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { searchVariables } from '@takaro/contracts/modules/variables';
import type { SearchInput } from '@takaro/contracts/search';
import { RestRefusal } from '@takaro/infra/local/rest-client';
import type { Community } from '@takaro/testing/community';
import type { ReportedEvent } from '@takaro/testing/simulated-game-server/simulate';
import type { History } from './history.ts';

/** One that a game reported, and when, in milliseconds since the epoch. */
export interface Report extends ReportedEvent {
  readonly atMs: number;
}

/** What games report and Takaro keeps. */
const KEPT = ['chat-message', 'player-connected', 'player-disconnected', 'player-death', 'entity-killed'];

/** What can be read of a community's history from outside. */
export async function readHistory(
  community: Community,
  reports: readonly Report[],
): Promise<Pick<History, 'reported' | 'stored' | 'said' | 'executions' | 'told' | 'messages' | 'kept' | 'times'>> {
  const [events, told, executions, variables] = await Promise.all([
    allOf(community, searchEvents, { filters: { eventName: KEPT } }),
    allOf(community, searchEvents, { filters: { eventName: ['command-executed'] } }),
    allOf(community, searchExecutions, { filters: { trigger: ['command'] } }),
    allOf(community, searchVariables, {}),
  ]);
  const [fromGame, fromTakaro] = [events.filter(isReported), events.filter((event) => !isReported(event))];
  const said = fromGame.flatMap((event) => marksOf(event).map((mark) => ({ mark, eventId: event.id })));
  const times = new Map(
    reports
      .filter(({ type }) => KEPT.includes(type))
      .map(({ streamId, seq, atMs }) => [deriveId('event', community.gameServerId, streamId, seq), atMs]),
  );
  return {
    times,
    reported: [...times.keys()],
    stored: fromGame.map(({ id }) => id),
    said,
    executions,
    told: told.map(({ meta }) => String(Reflect.get(Object(meta?.['execution']), 'id'))),
    messages: fromTakaro.flatMap(({ meta }) => /done (\S+)$/.exec(String(meta?.['msg']))?.slice(1) ?? []),
    kept: variables.map(({ key }) => key),
  };
}

/** The marks of the commands whose executions are over and did not succeed. */
export async function readFailed(community: Community): Promise<ReadonlySet<string>> {
  const over = await allOf(community, searchExecutions, { filters: { trigger: ['command'], state: ['failed', 'interrupted'] } });
  const causes = over.map(({ causeId }) => causeId);
  if (causes.length === 0) return new Set();
  return new Set((await allOf(community, searchEvents, { filters: { id: causes } })).flatMap(marksOf));
}

/** Of one that is a command; else none. */
const marksOf = ({ meta }: EventOutput): string[] => /^[/]\w+ (\S+)$/.exec(String(meta?.['msg']))?.slice(1) ?? [];

/**
 * What Takaro says in the game is kept as a chat message behind which nobody is; and it tells itself, under a fresh id, that the players
 * of a game server that is away are gone. Every id of what a game reported is derived.
 */
const isReported = ({ id, eventName, meta }: EventOutput): boolean =>
  eventName === 'chat-message' ? meta?.['player'] !== undefined : eventName !== 'player-disconnected' || isDerived(id);

const isDerived = (id: string): boolean => id.charAt(14) === '8';

type SearchOf<Row> = RequestContract<SearchInput, { rows: Row[]; total: number }>;

/** Every row that a search finds, page after page, each once: one that is added meanwhile moves others to the next page. */
export async function allOf<Row extends { readonly id: string }>(
  { root }: Community,
  search: SearchOf<Row>,
  input: SearchInput,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let page = 0; ; page += 1) {
    const found = await patiently(() => root.call(search, { ...input, sortBy: 'id', limit: 1_000, page }));
    for (const row of found.rows) rows.set(row.id, row);
    if (rows.size >= found.total || found.rows.length === 0) return [...rows.values()];
  }
}

const TRIES = 5;
const PAUSE_MS = 1_000;

/** What is only read may be read again where a busy machine answered too late. */
async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof RestRefusal) || error.status !== 503 || turn === TRIES) throw error;
      await delay(PAUSE_MS);
    }
  }
}
