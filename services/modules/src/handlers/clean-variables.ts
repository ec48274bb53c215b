import type { Handler } from '@takaro/bus';
import type { cleanVariables } from '@takaro/contracts/modules/internal';
import type { Parts } from '../parts.ts';

export const handleCleanVariables =
  ({ db, context }: Parts): Handler<typeof cleanVariables> =>
  async (_input, { domainId }) => {
    const expired = await db.sql(domainId, 'delete from {schema}."variable" where "expiresAt" <= $1 returning 1', [
      new Date(context.clock.now()),
    ]);
    return { deleted: expired.length };
  };
