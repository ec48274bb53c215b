import type { Handler } from '@takaro/bus';
import type { searchPlayers } from '@takaro/contracts/players/rest';
import type { SearchInput } from '@takaro/contracts/search';
import { searchPage } from '@takaro/tenant-db';
import type { RoleBook } from '../domain-roles.ts';
import { type Parts, sqlOf } from '../parts.ts';
import { PlayerEntity } from '../player.entity.ts';
import { findPogsOfPlayers } from '../players.repository.ts';
import { pogOutput, type Sql } from '../rows.ts';
import { playerSnapshot, readHoldings } from '../snapshots.ts';

export const handleSearchPlayers =
  ({ db, roles, now }: Parts): Handler<typeof searchPlayers> =>
  async (input, { domainId }) => {
    const sql = sqlOf(db, domainId);
    const book = await roles.of(domainId);
    const withRole = await idsOfRoleFilter(sql, input, book, new Date(now()));
    const { rows, ...page } = await searchPage(
      await db.em(domainId),
      PlayerEntity,
      input,
      withRole ? { where: { id: { $in: withRole } } } : {},
    );
    const ids = rows.map(({ id }) => id);
    const { players, holdings } = await readHoldings(sql, ids, book, now());
    const pogs = input.extend?.includes('playerOnGameServers') ? await findPogsOfPlayers(sql, ids) : undefined;
    return {
      ...page,
      rows: ids.flatMap((id) => {
        const player = players.get(id);
        if (!player) return [];
        return [
          {
            ...playerSnapshot(player, holdings),
            ...(pogs && { playerOnGameServers: pogs.filter(({ playerId }) => playerId === id).map(pogOutput) }),
          },
        ];
      }),
    };
  };

/** Players with any of the roles, on whichever game server. System roles filter nothing, since nobody is assigned them. */
async function idsOfRoleFilter(sql: Sql, { filters }: SearchInput, { byId }: RoleBook, now: Date): Promise<string[] | undefined> {
  const wanted = filters?.['roleId'];
  if (typeof wanted !== 'object') return undefined;
  const roleIds = wanted.filter((id) => typeof id === 'string' && id !== 'null' && !byId.get(id)?.system);
  if (roleIds.length === 0) return undefined;
  const rows = await sql<{ playerId: string }>(
    `select distinct "playerId" from {schema}."playerRole"
     where "roleId" = any($1::uuid[]) and ("expiresAt" is null or "expiresAt" > $2)`,
    [roleIds, now],
  );
  return rows.map(({ playerId }) => playerId);
}
