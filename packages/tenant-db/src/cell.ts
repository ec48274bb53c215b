import { EntityCaseNamingStrategy, MikroORM, type Options, type SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import pLimit from 'p-limit';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { databaseCode } from './database-errors.ts';
import { type PoolLimits, poolOptions } from './pool.ts';
import { StatementNames } from './statement-names.ts';
import type { Turn } from './tenant-share.ts';

export type Entities = NonNullable<Options['entities']>;

/** One database: the ORM and the plain SQL beside it use the same pool. */
export interface Cell extends AsyncDisposable {
  readonly name: string;
  readonly pool: Pool;
  /** A fresh unit of work; without a schema it sees the platform's entities only. */
  fork(schema?: string): SqlEntityManager;
  /** One statement, a transaction of its own, prepared under a name on the connection that runs it. */
  query<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** Among those who work in tenants. What reads through the ORM or in the platform schema, and migrations, take connections without a turn. */
  readonly tenantsTurn: Turn;
  /** Among those who hold a connection while they have others work. */
  readonly holdersTurn: Turn;
}

interface CellOptions {
  readonly name: string;
  readonly url: string;
  /** Asked for at each new connection, in place of the one in the URL. */
  readonly password?: (() => string) | undefined;
  readonly applicationName: string;
  readonly entities: Entities;
  readonly limits: PoolLimits;
  readonly log: Logger;
}

export async function openCell({ name, url, password, applicationName, entities, limits, log }: CellOptions): Promise<Cell> {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities,
    driverOptions: poolOptions(limits, applicationName, password),
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
    query: preparedQueries(pool),
    tenantsTurn: pLimit(limits.connections),
    holdersTurn: pLimit(limits.held),
    fork: (schema) => orm.em.fork(schema === undefined ? {} : { schema }),
    [Symbol.asyncDispose]: async () => {
      await orm.close(true);
      // The ORM leaves the pool open where only plain SQL went through it.
      if (!pool.ending) await pool.end();
    },
  };
}

/** A migration changed what a prepared statement answers: it is prepared anew. Nothing of it was done. */
const PLAN_IS_STALE = '0A000';

function preparedQueries(pool: Pool): Cell['query'] {
  const names = new StatementNames();
  const query = async <Row>(text: string, values: readonly unknown[]): Promise<Row[]> =>
    (await pool.query({ name: names.of(text), text, values: [...values] })).rows as Row[];
  return async <Row>(text: string, values: readonly unknown[]) => {
    try {
      return await query<Row>(text, values);
    } catch (error) {
      if (databaseCode(error) !== PLAN_IS_STALE) throw error;
      names.forget(text);
      return query<Row>(text, values);
    }
  };
}

/** Plain SQL with `$1` parameters on the connection of the entity manager: its transaction's, or one of the pool. */
export async function execute<Row>(em: SqlEntityManager, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await em.getKysely<Record<string, never>>().executeQuery<Row>(CompiledQuery.raw(text, [...values]));
  return rows;
}
