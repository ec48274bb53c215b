import type { PlayerOnGameServerSnapshot, PlayerSnapshot, RoleOfPlayer } from '@takaro/contracts/players/shapes';
import type { RoleBook } from './domain-roles.ts';
import { findAssignments, findPlayers } from './players.repository.ts';
import { type AssignmentRow, type PlayerRow, playerOutput, type PogColumns, pogOutput, type PogRow, type Sql } from './rows.ts';

/** What a snapshot is made of, at one moment. */
export interface Holdings {
  readonly assignments: readonly AssignmentRow[];
  readonly roles: RoleBook;
  readonly now: Date;
}

function held({ assignments, roles, now }: Holdings, playerId: string): RoleOfPlayer[] {
  return assignments.flatMap((assignment) => {
    const role = roles.byId.get(assignment.roleId);
    if (assignment.playerId !== playerId || !role || isOver(assignment, now)) return [];
    const { id, roleId, gameServerId, expiresAt, createdAt, updatedAt } = assignment;
    const row = { id, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
    return [{ playerId, roleId, role, gameServerId, expiresAt: expiresAt?.toISOString() ?? null, ...row }];
  });
}

export const isOver = ({ expiresAt }: Pick<AssignmentRow, 'expiresAt'>, now: Date): boolean => expiresAt !== null && expiresAt <= now;

const implicit = ({ roles }: Holdings, playerId: string): RoleOfPlayer[] =>
  roles.implicit ? [{ playerId, roleId: roles.implicit.id, role: roles.implicit }] : [];

/** The assignments of all game servers, then the implicit role. */
const rolesOfPlayer = (playerId: string, holdings: Holdings): RoleOfPlayer[] => [
  ...held(holdings, playerId),
  ...implicit(holdings, playerId),
];

export const playerSnapshot = (player: PlayerRow, holdings: Holdings): PlayerSnapshot => ({
  ...playerOutput(player),
  roleAssignments: rolesOfPlayer(player.id, holdings),
});

/** With the roles that hold on this game server, each once. The implicit role Player comes last. */
export const pogSnapshot = (pog: PogColumns, holdings: Holdings): PlayerOnGameServerSnapshot => ({
  ...pogOutput(pog),
  roles: [...assignedRoles(pog, holdings), ...implicit(holdings, pog.playerId)],
});

/** As `GET one` and the currency operations of the published API show it: without the implicit role, with the player. */
export const pogDetail = (pog: PogColumns, player: PlayerRow, holdings: Holdings): PlayerOnGameServerSnapshot => ({
  ...pogOutput(pog),
  roles: assignedRoles(pog, holdings),
  player: playerOutput(player),
});

function assignedRoles({ playerId, gameServerId }: PogColumns, holdings: Holdings): RoleOfPlayer[] {
  const here = held(holdings, playerId).filter((role) => role.gameServerId === null || role.gameServerId === gameServerId);
  const globalFirst = here.toSorted((a, b) => Number(a.gameServerId !== null) - Number(b.gameServerId !== null));
  return globalFirst.filter(({ roleId }, index) => globalFirst.findIndex((role) => role.roleId === roleId) === index);
}

/** The players of some rows with what their snapshots need, in two statements. */
export async function readHoldings(
  sql: Sql,
  playerIds: readonly string[],
  roles: RoleBook,
  nowMs: number,
): Promise<{ players: Map<string, PlayerRow>; holdings: Holdings }> {
  const unique = [...new Set(playerIds)];
  const players = await findPlayers(sql, unique);
  const assignments = await findAssignments(sql, unique);
  return { players: new Map(players.map((player) => [player.id, player])), holdings: { assignments, roles, now: new Date(nowMs) } };
}

/** With the player nested, as function code gets a player on a game server that is loaded by its id. */
export async function readPogSnapshots(
  sql: Sql,
  pogs: readonly PogRow[],
  roles: RoleBook,
  nowMs: number,
): Promise<PlayerOnGameServerSnapshot[]> {
  const playerIds = pogs.map(({ playerId }) => playerId);
  const { players, holdings } = await readHoldings(sql, playerIds, roles, nowMs);
  return pogs.flatMap((pog) => {
    const player = players.get(pog.playerId);
    return player ? [{ ...pogSnapshot(pog, holdings), player: playerOutput(player) }] : [];
  });
}
