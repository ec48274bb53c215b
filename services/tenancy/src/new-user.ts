import { newId } from '@takaro/contracts/ids';
import type { Tx } from '@takaro/tenant-db';
import { holdIdentity, type Identity } from './identity.repository.ts';
import type { UserRow } from './user.entity.ts';
import { checkUsersLimit } from './write-user.ts';

export interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly isDashboardUser: boolean;
  readonly identity: Identity;
  /** Opens this domain alone. Null: the person sets one by a one-time link. */
  readonly passwordHash: string | null;
}

interface Added {
  readonly user: UserRow;
  /** False: the identity was a user of the domain before, and nothing was changed. */
  readonly isNew: boolean;
}

/** Makes an identity a user of the domain, with its password for it. @throws ServiceError MAX_USERS_REACHED */
export async function addUser(tx: Tx, { name, email, isDashboardUser, identity, passwordHash }: NewUser): Promise<Added> {
  const { sql, domainId } = tx;
  await holdIdentity(sql, email, identity);
  const [known] = await sql<UserRow>('SELECT * FROM {schema}."user" WHERE "idpId" = $1', [identity.id]);
  if (known) return { user: known, isNew: false };
  if (isDashboardUser) await checkUsersLimit(tx);
  const [user] = await sql<UserRow>(
    `INSERT INTO {schema}."user" ("id", "name", "email", "idpId", "isDashboardUser") VALUES ($1, $2, lower($3), $4, $5) RETURNING *`,
    [newId(), name, email, identity.id, isDashboardUser],
  );
  if (!user) throw new Error('A user was stored and is not shown');
  await sql('INSERT INTO {platform}."membership" ("identityId", "domainId", "userId", "passwordHash") VALUES ($1, $2, $3, $4)', [
    identity.id,
    domainId,
    user.id,
    passwordHash,
  ]);
  return { user, isNew: true };
}
