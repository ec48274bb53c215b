import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { createDomain } from '@takaro/contracts/tenancy/domains';
import { MAIN_CELL, type Tx } from '@takaro/tenant-db';
import { actorOf, audit } from '../audit.ts';
import { showDomain } from '../domain.entity.ts';
import { findDomain } from '../domain.repository.ts';
import { rootEmail } from '../first-content.ts';
import { type Identity, newIdentity } from '../identity.repository.ts';
import { rolesById } from '../role.repository.ts';
import { newPassword, newRegistrationToken } from '../secrets.ts';
import { newSlug } from '../slug.ts';
import type { Tenancy } from '../tenancy.ts';
import { showUser } from '../user.entity.ts';
import { findRootUser } from '../user.repository.ts';

const SLUGS_TRIED = 20;

type Input = Parameters<Handler<typeof createDomain>>[0];

/** Registers the domain with the identity of its root user, so that the password holds whoever finishes the provisioning. */
export const handleCreateDomain =
  ({ db, passwords, sagas, clock }: Tenancy, nextSlug = newSlug): Handler<typeof createDomain> =>
  async (input, caller) => {
    const at = new Date(clock.now());
    const password = newPassword();
    const identity = newIdentity();
    const passwordHash = await passwords.hash(password, identity.passwordSalt);
    let domainId: string | null = null;
    for (let turn = 0; domainId === null; turn += 1) {
      if (turn === SLUGS_TRIED) throw new ServiceError('INTERNAL', { cause: new Error('No free id was found') });
      domainId = await db.platformTransaction((tx) =>
        register(tx, { input, id: nextSlug(), identity, passwordHash, by: actorOf(caller), at }),
      );
    }

    await sagas.finish(domainId, caller.deadline);

    const rootRole = [...(await rolesById(db, domainId)).values()].find(({ name, system }) => system && name === 'root');
    if (!rootRole) throw new ServiceError('INTERNAL', { cause: new Error(`${domainId} has no role root`) });
    return {
      createdDomain: showDomain(await findDomain(db, domainId), { withToken: true }),
      rootUser: showUser(await findRootUser(db, domainId)),
      rootRole,
      password,
    };
  };

interface Registration {
  readonly input: Input;
  readonly id: string;
  readonly identity: Identity;
  readonly passwordHash: string;
  readonly by: ReturnType<typeof actorOf>;
  readonly at: Date;
}

/** Answers null when the id is taken. @throws ServiceError EXTERNAL_REFERENCE_TAKEN */
async function register({ sql }: Tx, { input, id, identity, passwordHash, by, at }: Registration): Promise<string | null> {
  const { id: _ignored, ...given } = input;
  const columns = { id, cell: MAIN_CELL, serverRegistrationToken: newRegistrationToken(), ...given };
  const names = Object.keys(columns);
  const [domain] = await sql(
    `INSERT INTO {platform}."domain" (${names.map((name) => `"${name}"`).join(', ')})
     VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')}) ON CONFLICT DO NOTHING RETURNING "id"`,
    Object.values(columns),
  );
  if (!domain) {
    if (given.externalReference !== undefined && (await isTaken(sql, given.externalReference))) {
      throw new ServiceError('EXTERNAL_REFERENCE_TAKEN');
    }
    return null;
  }
  // Somebody may have an identity with just this address: then it is not for the root user of a new domain.
  const stored = await sql(
    `INSERT INTO {platform}."identity" ("id", "email", "passwordSalt") VALUES ($1, $2, $3) ON CONFLICT ("email") DO NOTHING RETURNING "id"`,
    [identity.id, rootEmail(id), identity.passwordSalt],
  );
  if (stored.length > 0) {
    await sql('INSERT INTO {platform}."membership" ("identityId", "domainId", "userId", "passwordHash") VALUES ($1, $2, $3, $4)', [
      identity.id,
      id,
      newId(),
      passwordHash,
    ]);
    await audit(sql, at, { action: 'domain-created', ...by, domainId: id });
    return id;
  }
  await sql('DELETE FROM {platform}."domain" WHERE "id" = $1', [id]);
  return null;
}

async function isTaken(sql: Tx['sql'], externalReference: string): Promise<boolean> {
  const found = await sql('SELECT FROM {platform}."domain" WHERE "externalReference" = $1', [externalReference]);
  return found.length > 0;
}
