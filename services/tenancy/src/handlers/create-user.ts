import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { createUser } from '@takaro/contracts/tenancy/new-users';
import { bringIn } from '../bring-in.ts';
import { findIdentity, newIdentity } from '../identity.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleCreateUser =
  (tenancy: Tenancy): Handler<typeof createUser> =>
  async ({ name, email, password, idpId, isDashboardUser = false }, caller) => {
    const identity = (await findIdentity(tenancy.db, email)) ?? newIdentity();
    if (idpId !== undefined && idpId !== identity.id) throw new ServiceError('IDENTITY_MISMATCH');
    const passwordHash = await tenancy.passwords.hash(password, identity.passwordSalt);
    return bringIn(tenancy, caller, { action: 'user-created', name, email, isDashboardUser, identity, passwordHash });
  };
