import type { Handler } from '@takaro/bus';
import type { getPlayerProfile } from '@takaro/contracts/players/internal';
import { type Parts, sqlOf } from './parts.ts';
import { findPogsOfPlayers } from './players.repository.ts';
import { pogOutput } from './rows.ts';
import { playerSnapshot, readHoldings } from './snapshots.ts';

type Profile = Awaited<ReturnType<Handler<typeof getPlayerProfile>>>;

export async function readProfile({ db, roles, now }: Parts, domainId: string, playerId: string): Promise<Profile> {
  const sql = sqlOf(db, domainId);
  const { players, holdings } = await readHoldings(sql, [playerId], await roles.shown(domainId), now());
  const player = players.get(playerId);
  if (!player) return { player: null, pogs: [] };
  return { player: playerSnapshot(player, holdings), pogs: (await findPogsOfPlayers(sql, [playerId])).map(pogOutput) };
}
