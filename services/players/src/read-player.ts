import type { PlayerWithHistory } from '@takaro/contracts/players/rest';
import type { AssignmentRow, PlayerRow, Sql } from './rows.ts';

/** A player with what only `GET one` shows of it. */
export interface WholePlayer {
  readonly player: PlayerRow;
  readonly assignments: readonly AssignmentRow[];
  readonly nameHistory: PlayerWithHistory['nameHistory'];
  readonly ipHistory: PlayerWithHistory['ipHistory'];
}

type NameSeen = PlayerWithHistory['nameHistory'][number];
type AddressSeen = PlayerWithHistory['ipHistory'][number];

/** Times inside JSON come as text. */
type AssignmentText = Omit<AssignmentRow, 'expiresAt' | 'createdAt' | 'updatedAt'> &
  Readonly<Record<'createdAt' | 'updatedAt', string>> & { readonly expiresAt: string | null };

type Row = PlayerRow & {
  readonly assignments: readonly AssignmentText[];
  readonly names: readonly NameSeen[];
  readonly addresses: readonly AddressSeen[];
};

const rowsOf = (name: string, of: string): string => `(select coalesce(json_agg(r), '[]') from (${of}) r) as "${name}"`;

const newest = (table: string, columns: string): string =>
  `select ${columns} from {schema}."${table}" where "playerId" = p."id" order by "createdAt" desc, "id" desc limit 10`;

/** Roles in the order of `findAssignments`. */
const STATEMENT = `select p.*,
  ${rowsOf(
    'assignments',
    `select "id", "playerId", "roleId", "gameServerId", "expiresAt", "createdAt", "updatedAt" from {schema}."playerRole"
     where "playerId" = p."id" order by "gameServerId" nulls first, "createdAt", "id"`,
  )},
  ${rowsOf('names', newest('nameHistory', '"name", "id", "createdAt", "updatedAt"'))},
  ${rowsOf('addresses', newest('ipHistory', '"ip", "country", "city", "latitude", "longitude", "createdAt"'))}
  from {schema}."player" p where p."id" = $1`;

/** All of it in one statement: most of what a short one costs, here and in the database, is its way there and back. */
export async function readWholePlayer(sql: Sql, id: string): Promise<WholePlayer | undefined> {
  const [row] = await sql<Row>(STATEMENT, [id]);
  if (!row) return undefined;
  const { assignments, names, addresses, ...player } = row;
  return {
    player,
    assignments: assignments.map(assignmentOf),
    nameHistory: names.map((one) => ({ ...one, createdAt: instant(one.createdAt), updatedAt: instant(one.updatedAt) })),
    ipHistory: addresses.map((one) => ({ ...one, createdAt: instant(one.createdAt) })),
  };
}

const assignmentOf = ({ expiresAt, createdAt, updatedAt, ...row }: AssignmentText): AssignmentRow => ({
  ...row,
  expiresAt: expiresAt === null ? null : new Date(expiresAt),
  createdAt: new Date(createdAt),
  updatedAt: new Date(updatedAt),
});

const instant = (text: string): string => new Date(text).toISOString();
