import { ServiceError } from '@takaro/contracts/errors';
import type { PlayerOnGameServerSnapshot } from '@takaro/contracts/players/shapes';
import type { RoleBook } from './domain-roles.ts';
import type { PogRow, Sql } from './rows.ts';
import { pogDetail, readHoldings } from './snapshots.ts';

/** @throws ServiceError POG_NOT_FOUND when the player is being removed */
export async function readPogDetail(sql: Sql, pog: PogRow, roles: RoleBook, nowMs: number): Promise<PlayerOnGameServerSnapshot> {
  const { players, holdings } = await readHoldings(sql, [pog.playerId], roles, nowMs);
  const player = players.get(pog.playerId);
  if (!player) throw new ServiceError('POG_NOT_FOUND');
  return pogDetail(pog, player, holdings);
}
