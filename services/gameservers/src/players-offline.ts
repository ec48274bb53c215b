import { disconnectPlayers, DISCONNECTED_MOST } from '@takaro/contracts/players/internal';
import { startTicker } from '@takaro/process';
import type { DueItem, Tx } from '@takaro/tenant-db';
import type { Parts } from './parts.ts';

const KIND = 'players-offline';
const EVERY_MS = 1_000;
const AT_ONCE = 50;

/** `at`: when the game server went away, and so its players. They have `afterMs` to be back before that is said of them. */
export const schedulePlayersOffline = (
  tx: Tx,
  gameServerId: string,
  { at, afterMs }: { readonly at: Date; readonly afterMs: number },
): Promise<void> =>
  tx.schedule({ kind: KIND, key: gameServerId, dueAt: new Date(at.getTime() + afterMs), payload: { at: at.toISOString() } });

export const forgetPlayersOffline = (tx: Tx, gameServerId: string): Promise<void> => tx.unschedule(KIND, gameServerId);

/** Lets players know of game servers that did not come back. */
export const startPlayersOffline = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'players-offline',
    everyMs: EVERY_MS,
    log: parts.context.log,
    tick: async () => {
      const now = new Date(parts.context.clock.now());
      await parts.db.takeDue({ kind: KIND, now, limit: AT_ONCE }, (item, tx) => sayOffline(parts, item, tx));
    },
  });

async function sayOffline({ db, context: { bus, clock } }: Parts, { key: gameServerId, payload }: DueItem, tx: Tx): Promise<void> {
  const { domainId } = tx;
  // Not in the transaction: it would hold the table while players is asked, which a removal of the domain may wait for, and players for that.
  const away = await db.sql(domainId, `select from {schema}."gameServer" where "id" = $1 and not "reachable"`, [gameServerId]);
  if (away.length === 0) return;
  const at = String(Reflect.get(Object(payload), 'at'));
  const { disconnected } = await bus.call(disconnectPlayers, { gameServerId, at }, { domainId, token: await bus.serviceToken(domainId) });
  // There may be more of them.
  if (disconnected === DISCONNECTED_MOST)
    await tx.schedule({ kind: KIND, key: gameServerId, dueAt: new Date(clock.now()), payload: { at } });
}
