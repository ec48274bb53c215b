import type { Handler } from '@takaro/bus';
import type { resetCurrency } from '@takaro/contracts/players/pog-rest';
import { requireEconomy } from '../currency.ts';
import { causedBy, plainEvent } from '../events.ts';
import type { Parts } from '../parts.ts';
import type { Sql } from '../rows.ts';

/** Rows of one statement, so that none of them runs into the time limit of statements. */
const BATCH = 5_000;

const TAKE_ALL = `
  with "rich" as (
    select "id" from {schema}."playerOnGameServer" where "gameServerId" = $1 and "currency" > 0 order by "id" limit ${BATCH} for update
  ), "poor" as (
    update {schema}."playerOnGameServer" g set "currency" = 0, "revision" = g."revision" + 1, "updatedAt" = now()
    from "rich" where g."id" = "rich"."id" returning g."id"
  )
  select count(*)::integer as "count" from "poor"`;

/** All of them in one transaction, and told once. */
export const handleResetCurrency =
  ({ db, bus, now }: Parts): Handler<typeof resetCurrency> =>
  async ({ id: gameServerId }, caller) => {
    await requireEconomy(bus, caller.domainId, gameServerId);
    return db.transaction(caller.domainId, async (tx) => {
      const affectedPlayerCount = await takeAll(tx.sql, gameServerId);
      const event = plainEvent(caller.domainId, 'currency-reset-all', now(), { affectedPlayerCount });
      await tx.tell({ ...event, ...causedBy(caller), gameServerId });
      return { affectedPlayerCount };
    });
  };

async function takeAll(sql: Sql, gameServerId: string): Promise<number> {
  let taken = 0;
  for (;;) {
    const [batch] = await sql<{ count: number }>(TAKE_ALL, [gameServerId]);
    taken += batch?.count ?? 0;
    if ((batch?.count ?? 0) < BATCH) return taken;
  }
}
