import type { Bus, Caller } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { getEffectiveSettings } from '@takaro/contracts/gameservers/internal';
import type { Tx } from '@takaro/tenant-db';
import type { RoleBook } from './domain-roles.ts';
import { causedBy, plainEvent } from './events.ts';
import { readKnown, snapshotsOf } from './known-player.ts';
import { lockPogs } from './players.repository.ts';
import type { PogRow, Sql } from './rows.ts';

const CURRENCY_MAX = 2_147_483_647;

/** @throws ServiceError ECONOMY_DISABLED, GAMESERVER_NOT_FOUND */
export async function requireEconomy(bus: Bus, domainId: string, gameServerId: string): Promise<void> {
  const token = await bus.serviceToken(domainId);
  const settings = await bus.call(getEffectiveSettings, { gameServerId }, { domainId, token });
  if (settings['economyEnabled'] !== 'true') throw new ServiceError('ECONOMY_DISABLED');
}

/** @throws ServiceError ECONOMY_DISABLED, POG_NOT_FOUND when the game server is gone */
export async function requireEconomyOfPog(bus: Bus, domainId: string, { gameServerId }: Pick<PogRow, 'gameServerId'>): Promise<void> {
  await requireEconomy(bus, domainId, gameServerId).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === 'GAMESERVER_NOT_FOUND') throw new ServiceError('POG_NOT_FOUND', { cause: error });
    throw error;
  });
}

/** @throws ServiceError AMOUNT_NOT_POSITIVE */
export function requireAmount(currency: number): void {
  if (currency <= 0) throw new ServiceError('AMOUNT_NOT_POSITIVE');
}

/** @throws ServiceError POG_NOT_FOUND */
export async function lockPog(sql: Sql, pogId: string): Promise<PogRow> {
  const [pog] = await lockPogs(sql, [pogId]);
  if (!pog) throw new ServiceError('POG_NOT_FOUND');
  return pog;
}

/** What is left when all that is held would be captured. Of a locked row. */
export async function available(sql: Sql, pog: PogRow, now: Date): Promise<number> {
  const [row] = await sql<{ held: string }>(
    `select coalesce(sum("amount"), 0) as "held" from {schema}."currencyHold"
     where "playerOnGameServerId" = $1 and "expiresAt" > $2 and "capturedAt" is null`,
    [pog.id, now],
  );
  return pog.currency - Number(row?.held ?? 0);
}

/** Of a locked row. @throws ServiceError CURRENCY_TOO_LARGE */
export async function writeCurrency(sql: Sql, { id }: PogRow, currency: number): Promise<PogRow> {
  if (currency > CURRENCY_MAX) throw new ServiceError('CURRENCY_TOO_LARGE');
  const [pog] = await sql<PogRow>(
    `update {schema}."playerOnGameServer" set "currency" = $2, "revision" = "revision" + 1, "updatedAt" = now() where "id" = $1 returning *`,
    [id, currency],
  );
  if (!pog) throw new Error('a locked row is gone');
  return pog;
}

export interface Movement {
  readonly name: 'currency-added' | 'currency-deducted';
  readonly pog: PogRow;
  readonly amount: number;
}

interface Telling {
  readonly caller: Pick<Caller, 'claims'>;
  readonly roles: RoleBook;
  readonly nowMs: number;
}

/** Tells a movement of currency, with the player as they are after it. */
export async function tellMovement(tx: Tx, { name, pog, amount }: Movement, { caller, roles, nowMs }: Telling): Promise<void> {
  const known = await readKnown(tx.sql, pog);
  await tx.tell({
    ...plainEvent(tx.domainId, name, nowMs, { amount }),
    ...causedBy(caller),
    playerId: pog.playerId,
    gameServerId: pog.gameServerId,
    ...(known && snapshotsOf(known, roles, nowMs)),
  });
}
