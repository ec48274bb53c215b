import type { Caller } from '@takaro/bus';
import { causedBy, plainEvent } from './events.ts';
import type { Parts } from './parts.ts';
import { lockPogs } from './players.repository.ts';
import { playerOutput, type Sql } from './rows.ts';
import { playerSnapshot, pogSnapshot, readHoldings } from './snapshots.ts';

interface PogKey {
  readonly id: string;
}

/**
 * Removes those of the players who exist, and answers their ids. What is theirs goes by foreign keys: here their game servers, roles,
 * holds and history, elsewhere what names them. Each is told once, as they were.
 */
export async function removePlayers({ db, roles, now }: Parts, caller: Caller, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const book = await roles.of(caller.domainId);
  return db.transaction(caller.domainId, async (tx) => {
    await lockWithPogs(tx.sql, ids);
    const { players, holdings } = await readHoldings(tx.sql, ids, book, now());
    await tx.sql(`delete from {schema}."player" where "id" = any($1::uuid[])`, [[...players.keys()]]);
    for (const player of players.values()) {
      const event = plainEvent(tx.domainId, 'player-deleted', now(), { playerName: player.name });
      await tx.tell({ ...event, ...causedBy(caller), playerId: player.id, player: playerSnapshot(player, holdings) });
    }
    return new Set(players.keys());
  });
}

/** Removes players from a game server, those of them who were there, and answers their ids. They stay players. */
export async function removePogs(
  { db, roles, now }: Parts,
  caller: Caller,
  gameServerId: string,
  playerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const book = await roles.of(caller.domainId);
  return db.transaction(caller.domainId, async (tx) => {
    const found = await tx.sql<PogKey>(
      `select "id" from {schema}."playerOnGameServer" where "gameServerId" = $1 and "playerId" = any($2::uuid[])`,
      [gameServerId, playerIds],
    );
    const pogs = await lockPogs(
      tx.sql,
      found.map(({ id }) => id),
    );
    const there = pogs.map(({ playerId }) => playerId);
    const { players, holdings } = await readHoldings(tx.sql, there, book, now());
    await tx.sql(`delete from {schema}."playerOnGameServer" where "id" = any($1::uuid[])`, [pogs.map(({ id }) => id)]);
    for (const pog of pogs) {
      const player = players.get(pog.playerId);
      if (!player) throw new Error('a player on a game server is a player');
      const event = plainEvent(tx.domainId, 'player-deleted', now(), { playerName: player.name });
      const snapshots = { player: playerSnapshot(player, holdings), pog: { ...pogSnapshot(pog, holdings), player: playerOutput(player) } };
      await tx.tell({ ...event, ...causedBy(caller), playerId: player.id, gameServerId, ...snapshots });
    }
    return new Set(there);
  });
}

/** In the order in which everything else locks: players on game servers first, each by their id. */
async function lockWithPogs(sql: Sql, playerIds: readonly string[]): Promise<void> {
  await sql(`select from {schema}."playerOnGameServer" where "playerId" = any($1::uuid[]) order by "id" for update`, [playerIds]);
  await sql(`select from {schema}."player" where "id" = any($1::uuid[]) order by "id" for update`, [playerIds]);
}

/** What a bulk removal answers: an id that was not there failed. */
export function bulkRemoval(asked: readonly string[], removed: ReadonlySet<string>, reason: string) {
  const missing = [...new Set(asked)].filter((id) => !removed.has(id));
  return { deleted: removed.size, failed: missing.length, errors: missing.map((playerId) => ({ playerId, reason })) };
}
