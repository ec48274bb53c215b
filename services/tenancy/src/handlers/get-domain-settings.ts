import type { Handler } from '@takaro/bus';
import type { getDomainSettings } from '@takaro/contracts/tenancy/internal';
import { storedSettings } from '../setting-rows.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetDomainSettings =
  ({ db }: Tenancy): Handler<typeof getDomainSettings> =>
  (_input, { domainId }) =>
    storedSettings(db, domainId);
