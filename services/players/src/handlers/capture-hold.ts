import type { Handler } from '@takaro/bus';
import type { captureHold } from '@takaro/contracts/players/internal';
import { lockPog, tellMovement, writeCurrency } from '../currency.ts';
import type { Parts } from '../parts.ts';
import type { Sql } from '../rows.ts';

interface HoldRow {
  readonly playerOnGameServerId: string;
  readonly amount: number;
  readonly expiresAt: Date;
  readonly capturedAt: Date | null;
}

export const handleCaptureHold =
  ({ db, roles, now }: Parts): Handler<typeof captureHold> =>
  async ({ executionId }, caller) => {
    const book = await roles.of(caller.domainId);
    return db.transaction(caller.domainId, async (tx) => {
      const seen = await readHold(tx.sql, executionId);
      if (!seen) return { captured: false };
      const pog = await lockPog(tx.sql, seen.playerOnGameServerId);
      // Again under the lock: another capture or release may have been first.
      const hold = await readHold(tx.sql, executionId);
      if (hold?.capturedAt) return { captured: true };
      if (!hold || hold.expiresAt.getTime() <= now() || pog.currency < hold.amount) return { captured: false };
      await tx.sql(`update {schema}."currencyHold" set "capturedAt" = $2, "updatedAt" = now() where "executionId" = $1`, [
        executionId,
        new Date(now()),
      ]);
      const poorer = await writeCurrency(tx.sql, pog, pog.currency - hold.amount);
      await tellMovement(tx, { name: 'currency-deducted', pog: poorer, amount: hold.amount }, { caller, roles: book, nowMs: now() });
      return { captured: true };
    });
  };

async function readHold(sql: Sql, executionId: string): Promise<HoldRow | undefined> {
  const [hold] = await sql<HoldRow>(
    `select "playerOnGameServerId", "amount", "expiresAt", "capturedAt" from {schema}."currencyHold" where "executionId" = $1`,
    [executionId],
  );
  return hold;
}
