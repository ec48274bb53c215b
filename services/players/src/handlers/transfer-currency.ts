import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { transferCurrency } from '@takaro/contracts/players/pog-rest';
import { available, requireAmount, requireEconomyOfPog, tellMovement, writeCurrency } from '../currency.ts';
import { type Parts, sqlOf } from '../parts.ts';
import { findPogs, lockPogs } from '../players.repository.ts';
import type { PogRow } from '../rows.ts';

export const handleTransferCurrency =
  ({ db, bus, roles, now }: Parts): Handler<typeof transferCurrency> =>
  async ({ gameServerId, sender, receiver, currency }, caller) => {
    const { domainId } = caller;
    checkPair(pairOf(await findPogs(sqlOf(db, domainId), [sender, receiver]), sender, receiver), gameServerId);
    if (sender === receiver) throw new ServiceError('TRANSFER_TO_SELF');
    await requireEconomyOfPog(bus, domainId, { gameServerId });
    requireAmount(currency);
    const book = await roles.of(domainId);
    await db.transaction(domainId, async (tx) => {
      const [from, to] = pairOf(await lockPogs(tx.sql, [sender, receiver]), sender, receiver);
      if ((await available(tx.sql, from, new Date(now()))) < currency) throw new ServiceError('INSUFFICIENT_FUNDS');
      const poorer = await writeCurrency(tx.sql, from, from.currency - currency);
      const richer = await writeCurrency(tx.sql, to, to.currency + currency);
      const telling = { caller, roles: book, nowMs: now() };
      await tellMovement(tx, { name: 'currency-deducted', pog: poorer, amount: currency }, telling);
      await tellMovement(tx, { name: 'currency-added', pog: richer, amount: currency }, telling);
    });
    return {};
  };

function pairOf(pogs: readonly PogRow[], sender: string, receiver: string): readonly [PogRow, PogRow] {
  const from = pogs.find(({ id }) => id === sender);
  const to = pogs.find(({ id }) => id === receiver);
  if (!from || !to) throw new ServiceError('POG_NOT_FOUND');
  return [from, to];
}

function checkPair([from, to]: readonly [PogRow, PogRow], gameServerId: string): void {
  if (from.gameServerId !== to.gameServerId) throw new ServiceError('TRANSFER_ACROSS_GAME_SERVERS');
  if (from.gameServerId !== gameServerId) throw new ServiceError('POG_NOT_FOUND');
}
