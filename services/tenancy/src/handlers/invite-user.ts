import type { Handler } from '@takaro/bus';
import type { inviteUser } from '@takaro/contracts/tenancy/new-users';
import { bringIn } from '../bring-in.ts';
import { findIdentity, newIdentity } from '../identity.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleInviteUser =
  (tenancy: Tenancy): Handler<typeof inviteUser> =>
  async ({ email }, caller) => {
    const identity = (await findIdentity(tenancy.db, email)) ?? newIdentity();
    return bringIn(tenancy, caller, { action: 'user-invited', name: email, email, isDashboardUser: true, identity, passwordHash: null });
  };
