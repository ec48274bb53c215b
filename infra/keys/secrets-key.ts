import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { readIfThere, writeSecret } from '../local/files.ts';
import { inTakaro } from '../postgres/roles.ts';

const KEY_BYTES = 32;

const readKeys = async (path: string): Promise<string[]> => ((await readIfThere(path)) ?? '').split(/\s+/).filter(Boolean);

/** By which name a sealed secret says its key. */
const nameOf = (key: string): string => createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8);

/** The names of the keys in the file; the first one seals. */
export const listSecretsKeys = async (path: string): Promise<readonly string[]> => (await readKeys(path)).map(nameOf);

/**
 * Puts a new key on top: what is written from now on is sealed with it, and gameservers begins to seal the rest anew.
 * Answers false, and changes nothing, while an older one is not retired.
 */
export async function rotateSecretsKey(path: string): Promise<boolean> {
  const keys = await readKeys(path);
  if (keys.length > 1) return false;
  await writeSecret(path, `${[randomBytes(KEY_BYTES).toString('base64'), ...keys].join('\n')}\n`);
  return true;
}

/** Takes the older keys away. Answers false when there are none. What they sealed is lost: see `sealedWithOlder`. */
export async function retireSecretsKeys(path: string): Promise<boolean> {
  const [current, ...older] = await readKeys(path);
  if (current === undefined || older.length === 0) return false;
  await writeSecret(path, `${current}\n`);
  return true;
}

/** How many game servers of the installation have secrets that another key than the first sealed. */
export async function sealedWithOlder(path: string, adminUrl: string): Promise<number> {
  const [current = ''] = await listSecretsKeys(path);
  const client = new Client({ connectionString: inTakaro(adminUrl) });
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string }>(
      `select quote_ident(schemaname) as "schema" from pg_tables where tablename = 'gameServer' and schemaname like 'domain\\_%' order by 1`,
    );
    let count = 0;
    for (const { schema } of rows) count += await olderIn(client, schema, current);
    return count;
  } finally {
    await client.end();
  }
}

async function olderIn(client: Client, schema: string, current: string): Promise<number> {
  const { rowCount } = await client.query(
    `select from ${schema}."gameServer" where exists (select from jsonb_each_text("connectionInfo") field
      where field.key ~* 'token|password|secret|key$' and field.value like 'sealed:%' and field.value not like $1)`,
    [`sealed:${current}:%`],
  );
  return rowCount ?? 0;
}
