import type { Caller } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { PlayerOnGameServerSnapshot } from '@takaro/contracts/players/shapes';
import type { Tx } from '@takaro/tenant-db';
import { lockPog, type Movement, requireEconomyOfPog, tellMovement, writeCurrency } from './currency.ts';
import { type Parts, sqlOf } from './parts.ts';
import { findPogOfPlayer } from './players.repository.ts';
import { readPogDetail } from './pog-detail.ts';
import type { PogRow } from './rows.ts';

export interface CurrencyInput {
  readonly gameServerId: string;
  readonly playerId: string;
  readonly currency: number;
}

/** Decides about a locked row: what it will have, and what is told of it. */
export type Decision = (tx: Tx, pog: PogRow) => Promise<{ readonly currency: number; readonly told?: Movement['name'] }>;

/** One player's currency in one transaction. @throws ServiceError POG_NOT_FOUND, ECONOMY_DISABLED, CURRENCY_TOO_LARGE, and what `decide` throws */
export async function changeCurrency(
  { db, bus, roles, now }: Parts,
  caller: Caller,
  { gameServerId, playerId, currency }: CurrencyInput,
  decide: Decision,
): Promise<PlayerOnGameServerSnapshot> {
  const { domainId } = caller;
  const found = await findPogOfPlayer(sqlOf(db, domainId), playerId, gameServerId);
  if (!found) throw new ServiceError('POG_NOT_FOUND');
  await requireEconomyOfPog(bus, domainId, found);
  const stored = await roles.of(domainId);
  const shown = await roles.shown(domainId);
  return db.transaction(domainId, async (tx) => {
    const locked = await lockPog(tx.sql, found.id);
    const decided = await decide(tx, locked);
    const pog = await writeCurrency(tx.sql, locked, decided.currency);
    if (decided.told) await tellMovement(tx, { name: decided.told, pog, amount: currency }, { caller, roles: stored, nowMs: now() });
    return readPogDetail(tx.sql, pog, shown, now());
  });
}
