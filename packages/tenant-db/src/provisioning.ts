import { type Answer, answers } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { linkDomain, provisionDomain, removeDomain } from '@takaro/contracts/platform';
import type { ServiceName } from '@takaro/contracts/services';
import type { Cell } from './cell.ts';
import { quoteName, tenantSchema } from './names.ts';
import { inTransaction } from './pg-transaction.ts';
import { migrateTenant, type TenantMigrations } from './tenant-migrations.ts';
import type { TenantRegistry } from './tenant-registry.ts';

export interface ProvisioningParts {
  readonly service: ServiceName;
  readonly cells: readonly Cell[];
  readonly migrations: TenantMigrations;
  readonly registry: TenantRegistry;
}

/** What tenancy asks of every service with tables while it provisions or removes a domain. Each is safe to repeat. */
export function provisioningAnswers(parts: ProvisioningParts): readonly Answer[] {
  const { service, registry } = parts;
  return [
    answers(provisionDomain(service), async ({ cell }, { domainId }) => {
      await provision(cellNamed(parts, cell), parts.migrations, domainId);
      registry.forget(domainId);
      return {};
    }),
    answers(linkDomain(service), async ({ cell }, { domainId }) => {
      await link(cellNamed(parts, cell), parts.migrations, domainId);
      return {};
    }),
    answers(removeDomain(service), async ({ cell }, { domainId }) => {
      await forgetTenant(cellNamed(parts, cell), parts.migrations.platform, domainId);
      registry.forget(domainId);
      return {};
    }),
  ];
}

function cellNamed({ cells, service }: ProvisioningParts, name: string): Cell {
  const cell = cells.find((one) => one.name === name);
  if (!cell) throw new ServiceError('UNAVAILABLE', { cause: new Error(`${service} is not configured for the cell ${name}`) });
  return cell;
}

async function provision(cell: Cell, migrations: TenantMigrations, domainId: string): Promise<void> {
  const { rows } = await cell.pool.query<{ there: boolean }>('select to_regnamespace($1) is not null as "there"', [
    quoteName(tenantSchema(domainId)),
  ]);
  if (rows[0]?.there !== true) throw new ServiceError('DOMAIN_UNKNOWN', { cause: new Error('The schema of the tenant is missing') });
  await migrateTenant(
    cell.pool,
    migrations,
    { domainId, phase: 'tables' },
    {
      text: `insert into ${quoteName(migrations.platform)}."tenant" ("domainId", "cell") values ($1, $2)
           on conflict ("domainId") do update set "state" = 'active', "errorCode" = null, "updatedAt" = now()`,
      values: [domainId, cell.name],
    },
  );
}

const link = (cell: Cell, migrations: TenantMigrations, domainId: string): Promise<readonly string[]> =>
  migrateTenant(
    cell.pool,
    migrations,
    { domainId, phase: 'links' },
    {
      text: `update ${quoteName(migrations.platform)}."tenant" set "linked" = true, "updatedAt" = now() where "domainId" = $1`,
      values: [domainId],
    },
  );

/** Told events stay in the outbox until they are published: that a domain was removed is news of the domain. */
const forgetTenant = (cell: Cell, platform: string, domainId: string): Promise<void> =>
  inTransaction(cell.pool, async (client) => {
    for (const table of ['due', 'migration', 'tenant']) {
      await client.query(`delete from ${quoteName(platform)}."${table}" where "domainId" = $1`, [domainId]);
    }
  });
