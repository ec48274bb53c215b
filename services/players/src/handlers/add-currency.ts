import type { Handler } from '@takaro/bus';
import type { addCurrency } from '@takaro/contracts/players/pog-rest';
import { changeCurrency } from '../change-currency.ts';
import { requireAmount } from '../currency.ts';
import type { Parts } from '../parts.ts';

export const handleAddCurrency =
  (parts: Parts): Handler<typeof addCurrency> =>
  (input, caller) =>
    changeCurrency(parts, caller, input, async (_tx, pog) => {
      requireAmount(input.currency);
      return { currency: pog.currency + input.currency, told: 'currency-added' };
    });
