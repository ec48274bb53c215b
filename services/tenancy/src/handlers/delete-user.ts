import type { Handler } from '@takaro/bus';
import type { deleteUser } from '@takaro/contracts/tenancy/manage-users';
import type { Tenancy } from '../tenancy.ts';
import { checkOtherRoot, lockUser } from '../write-user.ts';

/** With the membership goes the way in: sessions of the identity open this domain no more. Its API tokens and roles go by cascade. */
export const handleDeleteUser =
  ({ db }: Tenancy): Handler<typeof deleteUser> =>
  async ({ id }, { domainId }) => {
    await db.transaction(domainId, async (tx) => {
      const { idpId } = await lockUser(tx, id);
      await checkOtherRoot(tx, id);
      await tx.sql('DELETE FROM {schema}."user" WHERE "id" = $1', [id]);
      await tx.sql('DELETE FROM {platform}."membership" WHERE "identityId" = $1 AND "domainId" = $2', [idpId, domainId]);
    });
    return {};
  };
