import type { GamePlayer } from '@takaro/contracts/gameservers/actions';
import type { PlayerOnGameServerSnapshot, PlayerSnapshot } from '@takaro/contracts/players/shapes';
import type { RoleBook } from './domain-roles.ts';
import { contradicts, missingIds } from './platform-ids.ts';
import { findAssignments, findPlayer } from './players.repository.ts';
import type { AssignmentRow, PlayerRow, PogRow, Sql } from './rows.ts';
import { isNewer, stateOf, type Sighting } from './sighting.ts';
import { playerSnapshot, pogSnapshot } from './snapshots.ts';

/** Who is behind an id within a game, with their roles, as of one revision of both rows. */
export interface KnownPlayer {
  readonly player: PlayerRow;
  readonly pog: PogRow;
  readonly assignments: readonly AssignmentRow[];
}

export interface Snapshots {
  readonly player: PlayerSnapshot;
  readonly pog: PlayerOnGameServerSnapshot;
}

export async function readKnown(sql: Sql, pog: PogRow): Promise<KnownPlayer | undefined> {
  const player = await findPlayer(sql, pog.playerId);
  return player && { player, pog, assignments: await findAssignments(sql, [player.id]) };
}

export function snapshotsOf({ player, pog, assignments }: KnownPlayer, roles: RoleBook, nowMs: number): Snapshots {
  const holdings = { assignments, roles, now: new Date(nowMs) };
  return { player: playerSnapshot(player, holdings), pog: pogSnapshot(pog, holdings) };
}

/** Whether the event is about somebody else than the game's id stood for so far, or knows ids that are not kept yet. */
export const changesIdentity = ({ player }: KnownPlayer, { ids }: Sighting): boolean =>
  contradicts(player, ids) || missingIds(player, ids).length > 0;

/** Whether the event changes what is shown of the player, so that it is written before it is told. A late event changes nothing. */
export function changesState({ player, pog }: KnownPlayer, { moment, who, online, isPresence }: Sighting): boolean {
  if (!isNewer(moment, stateOf(pog))) return false;
  return isPresence || online !== pog.online || showsNew({ player, pog }, who);
}

/** A name or an address that is not the one that is known. */
export const showsNew = ({ player, pog }: Pick<KnownPlayer, 'player' | 'pog'>, { name, ip }: GamePlayer): boolean =>
  name !== player.name || (ip !== undefined && ip !== pog.ip);
