import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { deductCurrency } from '@takaro/contracts/players/pog-rest';
import { changeCurrency } from '../change-currency.ts';
import { available, requireAmount } from '../currency.ts';
import type { Parts } from '../parts.ts';

export const handleDeductCurrency =
  (parts: Parts): Handler<typeof deductCurrency> =>
  (input, caller) =>
    changeCurrency(parts, caller, input, async (tx, pog) => {
      requireAmount(input.currency);
      if ((await available(tx.sql, pog, new Date(parts.now()))) < input.currency) throw new ServiceError('NOT_ENOUGH_CURRENCY');
      return { currency: pog.currency - input.currency, told: 'currency-deducted' };
    });
