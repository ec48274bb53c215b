import type { Bus } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { getGameServersByIds } from '@takaro/contracts/gameservers/internal';
import { getModulesByIds } from '@takaro/contracts/modules/internal';
import { getPlayersOfGameServers } from '@takaro/contracts/players/in-games';
import { getPlayersByIds } from '@takaro/contracts/players/internal';
import { getUsersByIds } from '@takaro/contracts/tenancy/internal';

type ByIds = (bus: Bus, ids: string[], caller: RowCaller) => Promise<readonly { id: string }[]>;

/** A relation that another service holds: the column that names the row, or several rows, and who knows them by id. */
interface Relation {
  readonly column: string;
  readonly byIds: ByIds;
  /** What of the row that is found is the relation. @default the row itself */
  readonly part?: string;
  /** What the row has and the relation does not show. */
  readonly without?: string;
  /** Left out where there is none. @default false: null then */
  readonly optional?: boolean;
}

const asked =
  (contract: RequestContract<{ ids: string[] }, readonly { id: string }[]>): ByIds =>
  (bus, ids, caller) =>
    bus.call(contract, { ids }, caller);

const playerWithRoles: Relation = { column: 'playerId', byIds: asked(getPlayersByIds) };
/** What somebody may do is for those who may read players or users. */
const player: Relation = { ...playerWithRoles, without: 'roleAssignments' };
const gameServer: Relation = { column: 'gameServerId', byIds: asked(getGameServersByIds) };
const module: Relation = { column: 'moduleId', byIds: asked(getModulesByIds) };
const user: Relation = {
  column: 'userId',
  without: 'roles',
  byIds: async (bus, ids, caller) => (await bus.call(getUsersByIds, { ids }, caller)).users,
};

/** What an event names. It may be gone, the event stays. */
const ofEvent = { gameServer: { ...gameServer, column: 'gameserverId' }, player, module, user };

const playersOfGameServer: Relation = { column: 'id', byIds: asked(getPlayersOfGameServers), part: 'players' };

/** By operation and name in `extend`. Relations inside one service are composed by that service. */
const RELATIONS: Readonly<Record<string, Readonly<Record<string, Relation>>>> = {
  PlayerController_search: { gameServers: { column: 'gameServerIds', byIds: gameServer.byIds } },
  GameServerController_search: { players: playersOfGameServer },
  BanController_search: { player },
  PlayerOnGameServerController_search: { gameServer },
  VariableController_search: { gameServer, player },
  EventController_search: ofEvent,
  EventController_getFailedFunctions: ofEvent,
  CommandController_getExecutions: ofEvent,
  HookController_getExecutions: ofEvent,
  CronJobController_getExecutions: ofEvent,
};

const linked = { player: { ...playerWithRoles, optional: true } };

/** What an operation shows unasked. */
const SHOWN: Readonly<Record<string, Readonly<Record<string, Relation>>>> = {
  UserController_search: linked,
  UserController_getOne: linked,
  UserController_update: linked,
  UserController_create: linked,
  UserController_invite: linked,
};

type NamedRelation = Relation & { readonly name: string };
export type Row = Readonly<Record<string, unknown>>;
interface RowCaller {
  readonly domainId: string;
  readonly token: string | (() => string);
}

const BATCH = 100;

/** Those relations of `extend` that another service holds, and those that are shown anyway. */
export const relationsOf = (operationId: string, names: readonly string[]): NamedRelation[] => [
  ...names.flatMap((name) => {
    const relation = RELATIONS[operationId]?.[name];
    return relation ? [{ name, ...relation }] : [];
  }),
  ...Object.entries(SHOWN[operationId] ?? {}).map(([name, relation]) => ({ name, ...relation })),
];

/** Puts relations into the rows: one request per relation and hundred ids. */
export async function extendRows(bus: Bus, relations: readonly NamedRelation[], rows: readonly Row[], caller: RowCaller): Promise<Row[]> {
  const found = await Promise.all(relations.map(async (relation) => load(bus, relation, idsOf(rows, relation.column), caller)));
  const relationsIn = (row: Row) =>
    relations.flatMap(({ name, column, optional }, index) => {
      const related = relatedTo(row[column], found[index]);
      return related === null && optional ? [] : [[name, related]];
    });
  return rows.map((row) => ({ ...row, ...Object.fromEntries(relationsIn(row)) }));
}

const idsOf = (rows: readonly Row[], column: string): string[] => [
  ...new Set(rows.flatMap((row) => row[column]).filter((id): id is string => typeof id === 'string')),
];

const relatedTo = (named: unknown, known: ReadonlyMap<string, unknown> | undefined): unknown =>
  Array.isArray(named) ? named.flatMap((id) => known?.get(String(id)) ?? []) : (known?.get(String(named)) ?? null);

async function load(
  bus: Bus,
  { byIds, part, without }: Relation,
  ids: readonly string[],
  caller: RowCaller,
): Promise<Map<string, unknown>> {
  const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, index) => ids.slice(index * BATCH, (index + 1) * BATCH));
  const answers = await Promise.all(batches.map(async (batch) => byIds(bus, batch, caller)));
  const related = (row: Row): unknown => (part === undefined ? lessOf(row, without) : row[part]);
  return new Map(answers.flat().map((row) => [row.id, related(row)]));
}

const lessOf = (row: Row, without: string | undefined): Row => Object.fromEntries(Object.entries(row).filter(([key]) => key !== without));
