import { randomUUID } from 'node:crypto';
import { ServiceError } from '@takaro/contracts/errors';
import type { TenantDb, Tx } from '@takaro/tenant-db';
import { newSalt } from './hashing/passwords.ts';

/** A person who can sign in, above all domains. */
export interface Identity {
  readonly id: string;
  readonly passwordSalt: string;
}

export const findIdentity = async (db: TenantDb, email: string): Promise<Identity | undefined> => {
  const [identity] = await db.platformSql<Identity>('SELECT "id", "passwordSalt" FROM {platform}."identity" WHERE "email" = lower($1)', [
    email,
  ]);
  return identity;
};

/** Its id is all random: one that tells the time would tell who shows it whether somebody was known before. */
export const newIdentity = (): Identity => ({ id: randomUUID(), passwordSalt: newSalt() });

/**
 * Stores the identity if nobody has the address yet, and holds it until the transaction ends: of two who make it a user of a domain the
 * second finds the first one's. Whoever hashed a password for it needs the salt that is stored.
 * @throws ServiceError UNAVAILABLE when somebody else stored one for this address at the same moment
 */
export async function holdIdentity(sql: Tx['sql'], email: string, { id, passwordSalt }: Identity): Promise<void> {
  await sql(
    `INSERT INTO {platform}."identity" ("id", "email", "passwordSalt") VALUES ($1, lower($2), $3) ON CONFLICT ("email") DO NOTHING`,
    [id, email, passwordSalt],
  );
  const held = await sql('SELECT FROM {platform}."identity" WHERE "id" = $1 AND "email" = lower($2) FOR NO KEY UPDATE', [id, email]);
  if (held.length === 0) throw new ServiceError('UNAVAILABLE');
}
