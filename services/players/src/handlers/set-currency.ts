import type { Handler } from '@takaro/bus';
import type { setCurrency } from '@takaro/contracts/players/pog-rest';
import { changeCurrency } from '../change-currency.ts';
import type { Parts } from '../parts.ts';

export const handleSetCurrency =
  (parts: Parts): Handler<typeof setCurrency> =>
  (input, caller) =>
    changeCurrency(parts, caller, input, async () => ({ currency: input.currency }));
