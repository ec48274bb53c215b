import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { holdCurrency } from '@takaro/contracts/players/internal';
import { available, lockPog } from '../currency.ts';
import type { Parts } from '../parts.ts';
import { findPogOfPlayer } from '../players.repository.ts';

export const handleHoldCurrency =
  ({ db, now }: Parts): Handler<typeof holdCurrency> =>
  (input, { domainId }) =>
    db.transaction(domainId, async ({ sql }) => {
      const found = await findPogOfPlayer(sql, input.playerId, input.gameServerId);
      if (!found) throw new ServiceError('POG_NOT_FOUND');
      const pog = await lockPog(sql, found.id);
      const at = new Date(now());
      await sql(`delete from {schema}."currencyHold" where "playerOnGameServerId" = $1 and "expiresAt" <= $2`, [pog.id, at]);
      const [held] = await sql(`select from {schema}."currencyHold" where "executionId" = $1`, [input.executionId]);
      if (held) return {};
      if ((await available(sql, pog, at)) < input.amount) throw new ServiceError('NOT_ENOUGH_CURRENCY');
      await sql(
        `insert into {schema}."currencyHold" ("id", "executionId", "playerOnGameServerId", "amount", "expiresAt")
         values ($1, $2, $3, $4, $5)`,
        [newId(), input.executionId, pog.id, input.amount, new Date(input.expiresAt)],
      );
      return {};
    });
