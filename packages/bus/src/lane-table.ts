import { matches } from '@takaro/contracts/validate';
import { type Static, Type } from 'typebox';

const Member = Type.Object({
  /** Of the process that goes by this name; another one has another. */
  run: Type.String(),
  /** Grows as long as it lives. */
  beat: Type.Integer(),
  /** It stops: it takes no more lanes and hands over those that it has. */
  leaving: Type.Boolean(),
});

/** Who of the replicas of a service lives, and which of them holds which lane. One entry in the bucket, written by compare and set. */
export const LaneTable = Type.Object({
  members: Type.Record(Type.String(), Member),
  /** The name of the holder by lane. */
  holders: Type.Record(Type.String({ pattern: '^\\d+$' }), Type.String()),
});
export type LaneTable = Static<typeof LaneTable>;

export const EMPTY: LaneTable = { members: {}, holders: {} };

export function parseLaneTable(text: string): LaneTable {
  try {
    const table: unknown = JSON.parse(text);
    return matches<LaneTable>(LaneTable, table) ? table : EMPTY;
  } catch {
    return EMPTY;
  }
}

/** What a replica knows and wants when it writes the table. */
export interface Turn {
  readonly table: LaneTable;
  readonly me: { readonly name: string; readonly run: string };
  readonly lanes: number;
  /** Others whose beat went on. */
  readonly isAlive: (name: string) => boolean;
  /** Lanes that it gives up as soon as what it began in them is finished. */
  readonly releasing: ReadonlySet<number>;
  /** Lanes that it is done with. */
  readonly released: ReadonlySet<number>;
  readonly leaving: boolean;
}

export interface Move {
  readonly table: LaneTable;
  /** What this replica holds once the table is written. */
  readonly mine: readonly number[];
  /** Of these the ones that others should have. */
  readonly surplus: readonly number[];
}

export const holdings = ({ holders }: LaneTable, name: string): number[] =>
  Object.keys(holders)
    .filter((lane) => holders[lane] === name)
    .map(Number)
    .toSorted((a, b) => a - b);

/**
 * The table after this replica's turn: the dead are gone and their lanes free; it takes free lanes up to its share, or says which ones
 * are too many. Every replica comes to the same shares from the same table: those that hold more keep the odd lanes.
 */
export function takeTurn({ table, me, lanes, isAlive, releasing, released, leaving }: Turn): Move {
  const others = Object.entries(table.members).filter(([name]) => name !== me.name && isAlive(name));
  const beat = (table.members[me.name]?.beat ?? 0) + 1;
  const members: LaneTable['members'] = { ...Object.fromEntries(others), [me.name]: { run: me.run, beat, leaving } };
  const holders: Record<string, string> = {};
  for (const [lane, name] of Object.entries(table.holders)) {
    const isDone = name === me.name && released.has(Number(lane));
    if (members[name] && !isDone && Number(lane) < lanes) holders[lane] = name;
  }
  const share = leaving ? 0 : shareOf({ members, holders }, me.name, lanes);
  const kept = holdings({ members, holders }, me.name).filter((lane) => !releasing.has(lane));
  for (let lane = 0; lane < lanes && kept.length < share; lane += 1) {
    if (holders[lane] !== undefined) continue;
    holders[lane] = me.name;
    kept.push(lane);
  }
  const mine = holdings({ members, holders }, me.name);
  if (leaving && mine.length === 0) delete members[me.name];
  return { table: { members, holders }, mine, surplus: kept.slice(share) };
}

function shareOf(table: LaneTable, name: string, lanes: number): number {
  const staying = Object.keys(table.members).filter((member) => table.members[member]?.leaving === false);
  const byHoldings = staying.toSorted((a, b) => holdings(table, b).length - holdings(table, a).length || (a < b ? -1 : 1));
  const place = byHoldings.indexOf(name);
  return Math.floor(lanes / staying.length) + (place < lanes % staying.length ? 1 : 0);
}
