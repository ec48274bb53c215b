import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import { storableText } from '@takaro/contracts/text';
import { onConstraint, onUnique, type TenantDb, type Tx } from '@takaro/tenant-db';
import { findGameServer } from '../game-server.repository.ts';
import type { Ban } from './ban.entity.ts';
import { forgetExpiry, scheduleExpiry } from './expire-bans.ts';

/** What somebody wants a ban to be. */
interface Wanted {
  readonly gameServerId?: string | null | undefined;
  readonly playerId: string;
  readonly isGlobal?: boolean | undefined;
  readonly until?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

export type BanFields = Pick<Ban, 'playerId' | 'takaroManaged'> & {
  readonly gameServerId: string | null;
  readonly until: Date | null;
  readonly reason: string | null;
};

/** What is made here is managed here. @throws ServiceError BAN_SCOPE_INVALID when it is both global and of one game server, or neither */
export function banFields({ playerId, gameServerId = null, isGlobal = false, until = null, reason = null }: Wanted): BanFields {
  if (isGlobal !== (gameServerId === null)) throw new ServiceError('BAN_SCOPE_INVALID');
  return {
    playerId,
    gameServerId,
    takaroManaged: true,
    until: until === null ? null : new Date(until),
    reason: reason === null ? null : storableText(reason),
  };
}

/** A transaction in which a ban may name a player that is not there (PLAYER_NOT_FOUND), or become one that is there (BAN_EXISTS). */
export const banTransaction = <T>(db: TenantDb, domainId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  db
    .transaction(domainId, work)
    .catch(onConstraint('ban_playerId_fkey', 'PLAYER_NOT_FOUND'))
    .catch(onUnique('ban_playerId_gameServerId_key', 'BAN_EXISTS'));

/** Makes the player's ban there this one, whether there was one or not. @throws ServiceError GAMESERVER_NOT_FOUND */
export async function putBan(tx: Tx, fields: BanFields): Promise<Ban> {
  if (fields.gameServerId !== null) await findGameServer(tx.em, fields.gameServerId);
  return insert(
    tx,
    fields,
    `on conflict ("playerId", "gameServerId") do update set "takaroManaged" = excluded."takaroManaged",
       "until" = excluded."until", "reason" = excluded."reason", "updatedAt" = now()`,
  );
}

/** The ban that the player had there, whose time is over and which is still to be ended; it is gone now. */
export async function takeOverdue(tx: Tx, { playerId, gameServerId }: BanFields, now: Date): Promise<Ban | undefined> {
  const [ban] = await tx.sql<Ban>(
    `delete from {schema}."ban" where "playerId" = $1 and "gameServerId" is not distinct from $2::uuid and "until" <= $3 returning *`,
    [playerId, gameServerId, now],
  );
  if (ban) await forgetExpiry(tx, ban.id);
  return ban;
}

/** Where the player has a ban there, `banTransaction` refuses it. @throws ServiceError GAMESERVER_NOT_FOUND */
export async function addBan(tx: Tx, fields: BanFields): Promise<Ban> {
  if (fields.gameServerId !== null) await findGameServer(tx.em, fields.gameServerId);
  return insert(tx, fields, '');
}

async function insert(tx: Tx, { playerId, gameServerId, takaroManaged, until, reason }: BanFields, onConflict: string): Promise<Ban> {
  const [ban] = await tx.sql<Ban>(
    `insert into {schema}."ban" ("id", "playerId", "gameServerId", "isGlobal", "takaroManaged", "until", "reason")
     values ($1, $2, $3, $3::uuid is null, $4, $5, $6) ${onConflict}
     returning *`,
    [newId(), playerId, gameServerId, takaroManaged, until, reason],
  );
  return kept(tx, ban);
}

/** @throws ServiceError GAMESERVER_NOT_FOUND */
export async function rewriteBan(tx: Tx, id: string, fields: BanFields): Promise<Ban> {
  if (fields.gameServerId !== null) await findGameServer(tx.em, fields.gameServerId);
  const { playerId, gameServerId, takaroManaged, until, reason } = fields;
  const [ban] = await tx.sql<Ban>(
    `update {schema}."ban" set "playerId" = $2, "gameServerId" = $3, "isGlobal" = $3::uuid is null, "takaroManaged" = $4,
       "until" = $5, "reason" = $6, "updatedAt" = now() where "id" = $1 returning *`,
    [id, playerId, gameServerId, takaroManaged, until, reason],
  );
  return kept(tx, ban);
}

async function kept(tx: Tx, ban: Ban | undefined): Promise<Ban> {
  if (!ban) throw new Error('a ban is gone within its transaction');
  await scheduleExpiry(tx, ban);
  return ban;
}

/** Held until the end of the transaction. @throws ServiceError BAN_NOT_FOUND */
export async function lockBan(tx: Tx, banId: string): Promise<Ban> {
  const [ban] = await tx.sql<Ban>('select * from {schema}."ban" where "id" = $1 for update', [banId]);
  return banOr404(ban, banId);
}

/** Answers what it was. @throws ServiceError BAN_NOT_FOUND */
export async function takeBan(tx: Tx, banId: string): Promise<Ban> {
  const [ban] = await tx.sql<Ban>('delete from {schema}."ban" where "id" = $1 returning *', [banId]);
  await forgetExpiry(tx, banId);
  return banOr404(ban, banId);
}

export function banOr404<Found>(ban: Found | null | undefined, banId: string): Found {
  if (ban === null || ban === undefined) throw new ServiceError('BAN_NOT_FOUND', { params: { banId } });
  return ban;
}
