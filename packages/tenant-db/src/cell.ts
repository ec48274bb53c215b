import { EntityCaseNamingStrategy, MikroORM, type Options, type SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { type PoolLimits, poolOptions } from './pool.ts';

export type Entities = NonNullable<Options['entities']>;

/** One database: the ORM and the plain SQL beside it use the same pool. */
export interface Cell extends AsyncDisposable {
  readonly name: string;
  readonly pool: Pool;
  /** A fresh unit of work; without a schema it sees the platform's entities only. */
  fork(schema?: string): SqlEntityManager;
}

interface CellOptions {
  readonly name: string;
  readonly url: string;
  readonly applicationName: string;
  readonly entities: Entities;
  readonly limits: PoolLimits;
  readonly log: Logger;
}

export async function openCell({ name, url, applicationName, entities, limits, log }: CellOptions): Promise<Cell> {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities,
    driverOptions: poolOptions(limits, applicationName),
    namingStrategy: EntityCaseNamingStrategy,
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    forceUtcTimezone: true,
    colors: false,
    logger: (message) => log.warn({ cell: name }, message),
  });
  const pool: Pool = await orm.em.getConnection().getNativeClient();
  return {
    name,
    pool,
    fork: (schema) => orm.em.fork(schema === undefined ? {} : { schema }),
    [Symbol.asyncDispose]: async () => {
      await orm.close(true);
      // The ORM leaves the pool open where only plain SQL went through it.
      if (!pool.ending) await pool.end();
    },
  };
}

/** Plain SQL with `$1` parameters on the connection of the entity manager: its transaction's, or one of the pool. */
export async function execute<Row>(em: SqlEntityManager, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await em.getKysely<Record<string, never>>().executeQuery<Row>(CompiledQuery.raw(text, [...values]));
  return rows;
}
