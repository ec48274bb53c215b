import { getMetrics, getReadiness } from '@takaro/contracts/platform';
import { TABLE_SERVICES } from '@takaro/contracts/services';
import { createDomain, deleteDomain } from '@takaro/contracts/tenancy/domains';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { REAL_SERVICES, startAllServices } from '../all-services.ts';

const test = worldTest(startAllServices);
const keepers = TABLE_SERVICES.filter((service) => REAL_SERVICES.includes(service));

describe('a service that is up', () => {
  test.for(REAL_SERVICES)('says that it is ready: %s', async (service, { world }) => {
    const gateway = await world.busFor('gateway');

    await expect.poll(() => gateway.call(getReadiness(service), {})).toEqual({ ready: true, reasons: [] });
  });

  test.for(REAL_SERVICES)('shows its metrics: %s', async (service, { world }) => {
    const gateway = await world.busFor('gateway');

    expect(await gateway.call(getMetrics(service), {})).toBeInstanceOf(Array);
  });
});

describe('a domain', () => {
  test('has the tables of every service, and none is left when it is deleted for good', async ({ world, domain }) => {
    const gateway = await world.busFor('gateway');
    const token = await world.tokens.admin();
    const tablesOf = async (id: string): Promise<string[]> =>
      (
        await world.adminSql<{ owner: string }>('select distinct tableowner as "owner" from pg_tables where schemaname = $1 order by 1', [
          `domain_${id}`,
        ])
      ).map(({ owner }) => owner);

    const { createdDomain } = await gateway.call(createDomain, { name: 'Here today' }, { token });
    expect(await tablesOf(createdDomain.id)).toEqual(keepers.map((service) => `takaro_${service}`).toSorted());

    await gateway.call(deleteDomain, { id: createdDomain.id, hardDelete: true }, { token });
    await expect.poll(() => tablesOf(createdDomain.id)).toEqual([]);
    expect(await tablesOf(domain.id), 'those of another domain').not.toEqual([]);
    for (const service of keepers) {
      expect(await world.adminSql(`select from "takaro_${service}"."tenant" where "domainId" = $1`, [createdDomain.id]), service).toEqual(
        [],
      );
    }
  });
});
