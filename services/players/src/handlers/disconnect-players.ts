import type { Handler } from '@takaro/bus';
import { DISCONNECTED_MOST, type disconnectPlayers } from '@takaro/contracts/players/internal';
import type { Tx } from '@takaro/tenant-db';
import type { RoleBook } from '../domain-roles.ts';
import { plainEvent } from '../events.ts';
import { readKnown, snapshotsOf } from '../known-player.ts';
import type { Parts } from '../parts.ts';
import { findPogs } from '../players.repository.ts';
import type { PogRow } from '../rows.ts';
import { type Moment, momentOf } from '../sighting.ts';
import { leave } from '../write-sighting.ts';

/** State and event commit together, and only who is online goes offline: asked again, it says nothing twice. */
export const handleDisconnectPlayers =
  ({ db, roles, now }: Parts): Handler<typeof disconnectPlayers> =>
  async ({ gameServerId, at }, { domainId }) => {
    const book = await roles.of(domainId);
    // Behind everything that happened in the same millisecond, whatever numbers it had.
    const moment = momentOf(new Date(at), Number.MAX_SAFE_INTEGER, now());
    return await db.transaction(domainId, async (tx) => {
      const there = await tx.sql<PogRow>(
        `select * from {schema}."playerOnGameServer" where "gameServerId" = $1 and "online" and ("stateAt" <= $2 or "stateAt" > $3)
         order by "playerId" limit ${DISCONNECTED_MOST} for update`,
        [gameServerId, at, moment.horizon],
      );
      for (const pog of there) await disconnect(tx, pog, { moment, roles: book });
      return { disconnected: there.length };
    });
  };

async function disconnect(tx: Tx, pog: PogRow, { moment, roles }: { readonly moment: Moment; readonly roles: RoleBook }): Promise<void> {
  if (!(await leave(tx.sql, pog.id, moment))) return;
  const [left] = await findPogs(tx.sql, [pog.id]);
  const known = left && (await readKnown(tx.sql, left));
  if (!known) throw new Error('a row is gone within its transaction');
  const at = moment.at.getTime();
  const { player, pog: shown } = snapshotsOf(known, roles, at);
  const event = plainEvent(tx.domainId, 'player-disconnected', at);
  await tx.tell({ ...event, playerId: player.id, gameServerId: shown.gameServerId, player, pog: shown });
}
