import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getDomainLimits } from '@takaro/contracts/tenancy/internal';
import { findDomain } from '../domain.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetDomainLimits =
  ({ db }: Tenancy): Handler<typeof getDomainLimits> =>
  async (_input, { domainId }) => {
    const domain = await findDomain(db, domainId).catch((error: unknown) => {
      throw new ServiceError('DOMAIN_UNKNOWN', { cause: error });
    });
    const { rateLimitPoints, rateLimitDuration, maxGameservers, maxUsers, eventRetentionDays } = domain;
    const { maxVariables, maxModules, maxFunctionsInModule, state } = domain;
    return {
      rateLimitPoints,
      rateLimitDuration,
      maxGameservers,
      maxUsers,
      eventRetentionDays,
      maxVariables,
      maxModules,
      maxFunctionsInModule,
      state,
    };
  };
