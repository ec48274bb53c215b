import type { World } from '@takaro/testing/world';
import { Client } from 'pg';
import type { AttackVerdict } from './attack.ts';
import { SQL_CORPUS } from './sql-corpus.ts';

/** A statement that is put together from text, and whether rows that it finds are a hit: else only what ran beside it is. */
interface Place {
  readonly statementOf: (schema: string, text: string) => string;
  readonly findsNothing: boolean;
}

/** Where a careless author would put a text that came from outside. */
const PLACES = {
  value: { statementOf: (schema, text) => `select "id" from "${schema}"."player" where "name" = '${text}'`, findsNothing: true },
  'sort key': { statementOf: (schema, text) => `select "id" from "${schema}"."player" order by "name" ${text}`, findsNothing: false },
  'name of a schema': { statementOf: (schema, text) => `set local search_path to "${schema}${text}"`, findsNothing: false },
} as const satisfies Record<string, Place>;

const SLEPT = '57014';

/** The strings of the corpus in a statement that is put together from text, as the role of a service, rolled back each. */
export async function concatenate(world: World, domainId: string, where: keyof typeof PLACES): Promise<AttackVerdict> {
  const { statementOf, findsNothing }: Place = PLACES[where];
  const client = new Client({ connectionString: world.databaseUrl('players') });
  await client.connect();
  let hits = 0;
  try {
    await client.query("set statement_timeout = '100ms'");
    for (const text of SQL_CORPUS) {
      await client.query('begin');
      if (await isHit(client, statementOf(`domain_${domainId}`, text), findsNothing)) hits += 1;
      await client.query('rollback');
    }
  } finally {
    await client.end();
  }
  return { harmed: hits > 0, seen: `${hits} hits in ${SQL_CORPUS.length} strings` };
}

async function isHit(client: Client, statement: string, findsNothing: boolean): Promise<boolean> {
  try {
    const result: unknown = await client.query(statement);
    // Several results are those of several statements.
    return Array.isArray(result) || (findsNothing && Reflect.get(Object(result), 'rowCount') > 0);
  } catch (error) {
    // One that slept was read as SQL, and did what it said.
    return error instanceof Error && 'code' in error && error.code === SLEPT;
  }
}
