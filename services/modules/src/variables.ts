import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type ErrorCode, ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { VariableOutput } from '@takaro/contracts/modules/shapes';
import { onUnique, type Tx } from '@takaro/tenant-db';
import { Variable, type VariableRow } from './entities/execution.entity.ts';
import { rowOutput } from './outputs.ts';
import { findOr } from './versions/own-function.ts';

export const variableOutput = (row: VariableRow): VariableOutput => ({
  key: row.key,
  value: row.value,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  gameServerId: row.gameServerId ?? null,
  playerId: row.playerId ?? null,
  moduleId: row.moduleId ?? null,
  ...rowOutput(row),
});

/** Nobody sees a variable that expired. */
export const notExpired = (now: number) => ({ $or: [{ expiresAt: null }, { expiresAt: { $gt: new Date(now) } }] });

/** @throws ServiceError VARIABLE_NOT_FOUND */
export const findLiveVariable = (em: SqlEntityManager, id: string, now: number): Promise<VariableRow> =>
  findOr(em.findOne(Variable, { id, ...notExpired(now) }), 'VARIABLE_NOT_FOUND', id);

interface Scope {
  readonly key?: string | undefined;
  readonly gameServerId?: string | null | undefined;
  readonly playerId?: string | null | undefined;
  readonly moduleId?: string | null | undefined;
}

/** Makes room: a variable of the same key and scope that expired is gone. */
export async function purgeTwin({ sql }: Tx, { key, gameServerId, playerId, moduleId }: Scope, now: number): Promise<void> {
  await sql(
    `delete from {schema}."variable" where "key" = $1 and "gameServerId" is not distinct from $2::uuid
       and "playerId" is not distinct from $3::uuid and "moduleId" is not distinct from $4::uuid and "expiresAt" <= $5`,
    [key, gameServerId ?? null, playerId ?? null, moduleId ?? null, new Date(now)],
  );
}

/** More than may be written at the same time. */
const CLOSE_TO_LIMIT = 200;

/**
 * The usual case in one statement, without a transaction around it: far from the limit, and nothing of this key and scope is there. Else
 * answers nothing, and nothing was done.
 */
export async function insertFarFromLimit(
  sql: Tx['sql'],
  {
    key,
    value,
    expiresAt,
    gameServerId,
    playerId,
    moduleId,
  }: Scope & { readonly value: string; readonly expiresAt?: string | null | undefined },
  limit: number,
): Promise<VariableRow | undefined> {
  const [row] = await sql<VariableRow>(
    `insert into {schema}."variable" ("id", "key", "value", "expiresAt", "gameServerId", "playerId", "moduleId")
     select $1::uuid, $2::varchar, $3::text, $4::timestamptz, $5::uuid, $6::uuid, $7::uuid
      where (select count(*) from {schema}."variable") + ${CLOSE_TO_LIMIT} < $8::bigint
     on conflict on constraint "variable_key_scope_key" do nothing returning *`,
    [newId(), key, value, expiresAt ?? null, gameServerId ?? null, playerId ?? null, moduleId ?? null, limit],
  );
  return row;
}

/** Those who write close to the limit wait for each other, so that together they do not get past it. @throws ServiceError VARIABLES_LIMIT */
export async function refuseTooMany(tx: Tx, limit: number): Promise<void> {
  if ((await countVariables(tx)) + CLOSE_TO_LIMIT < limit) return;
  await tx.sql(`select pg_advisory_xact_lock(hashtextextended('{schema}."variable"', 0))`);
  if ((await countVariables(tx)) >= limit) throw new ServiceError('VARIABLES_LIMIT');
}

/** Expired ones count until they make room. */
async function countVariables({ sql }: Tx): Promise<number> {
  const [row] = await sql<{ count: string }>('select count(*) from {schema}."variable"');
  return Number(row?.count ?? 0);
}

const SCOPES: readonly (readonly [constraint: string, code: ErrorCode])[] = [
  ['variable_gameServerId_fkey', 'GAMESERVER_NOT_FOUND'],
  ['variable_playerId_fkey', 'PLAYER_NOT_FOUND'],
  ['variable_moduleId_fkey', 'MODULE_NOT_FOUND'],
];

/** Says what the database refused: a scope that does not exist, or a key that is there. */
export const onVariableRefused =
  ({ gameServerId, moduleId }: Scope) =>
  (error: unknown): never => {
    const params = { gameServerId: gameServerId ?? '', id: moduleId ?? '' };
    for (const [constraint, code] of SCOPES) {
      if (violates(error, constraint)) throw new ServiceError(code, { params, cause: error });
    }
    return onUnique('variable_key_scope_key', 'VARIABLE_TAKEN')(error);
  };

const violates = (error: unknown, constraint: string): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === constraint;
