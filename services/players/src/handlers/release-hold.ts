import type { Handler } from '@takaro/bus';
import type { releaseHold } from '@takaro/contracts/players/internal';
import type { Parts } from '../parts.ts';

export const handleReleaseHold =
  ({ db }: Parts): Handler<typeof releaseHold> =>
  async ({ executionId }, { domainId }) => {
    await db.sql(domainId, `delete from {schema}."currencyHold" where "executionId" = $1 and "capturedAt" is null`, [executionId]);
    return {};
  };
