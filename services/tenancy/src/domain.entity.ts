import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { DomainOutput, DomainState } from '@takaro/contracts/tenancy/shapes';
import { platformSchema, rowProperties } from '@takaro/tenant-db';

/** What was reached last on the way to READY, and from there to nothing. */
export type ProvisioningStep = 'REGISTERED' | 'SCHEMA' | 'TABLES' | 'LINKS' | 'READY' | 'REMOVING' | 'FORGOTTEN';

const { createdAt, updatedAt } = rowProperties;

/** A row of the registry of domains. */
export const Domain = defineEntity({
  name: 'Domain',
  tableName: 'domain',
  schema: platformSchema('tenancy'),
  properties: {
    id: p.text().primary(),
    name: p.text(),
    externalReference: p.text().nullable(),
    state: p.text().$type<DomainState>(),
    provisioningStep: p.text().$type<ProvisioningStep>().hidden(),
    cell: p.text().hidden(),
    serverRegistrationToken: p.text().hidden(),
    rateLimitPoints: p.integer(),
    rateLimitDuration: p.integer(),
    maxGameservers: p.integer(),
    maxUsers: p.integer(),
    eventRetentionDays: p.integer(),
    maxVariables: p.integer(),
    maxModules: p.integer(),
    maxFunctionsInModule: p.integer(),
    createdAt,
    updatedAt,
  },
});
export type DomainRow = InferEntity<typeof Domain>;

/** The registration token is for admins and for those who may manage the domain's game servers. */
export const showDomain = (row: DomainRow, { withToken }: { readonly withToken: boolean }): DomainOutput => ({
  name: row.name,
  externalReference: row.externalReference ?? null,
  state: row.state,
  ...(withToken && { serverRegistrationToken: row.serverRegistrationToken }),
  rateLimitPoints: row.rateLimitPoints,
  rateLimitDuration: row.rateLimitDuration,
  maxGameservers: row.maxGameservers,
  maxUsers: row.maxUsers,
  eventRetentionDays: row.eventRetentionDays,
  maxVariables: row.maxVariables,
  maxModules: row.maxModules,
  maxFunctionsInModule: row.maxFunctionsInModule,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
