import { median, percentile } from '../stats.ts';
import { createBareSchemas, createTenant, deleteTenant, migrateTenants } from '../takaro/tenants.ts';
import type { Part } from './part.ts';

const TENANTS = 200;
const EDGE = 20;

/** P4: create, migrate and delete tenants, beside the same tables by bare SQL. */
export const tenantLife: Part = async ({ system, divide, say }) => {
  const count = Math.max(2 * EDGE, Math.ceil(TENANTS / divide));
  const ids: string[] = [];
  const times: number[] = [];
  const bareBefore = await createBareSchemas(system, EDGE);
  for (let index = 0; index < count; index += 1) {
    const { domainId, elapsedMs } = await createTenant(system, `bench tenant ${index}`);
    ids.push(domainId);
    times.push(elapsedMs);
    if (index % 50 === 49) say(`  ${index + 1} tenants, the last in ${elapsedMs.toFixed(0)} ms`);
  }
  const bareAfter = await createBareSchemas(system, EDGE);
  const { migrated, elapsedMs: migrateMs } = await migrateTenants(system.eventsDatabaseUrl);
  const deleted: number[] = [];
  for (const domainId of ids) deleted.push(await deleteTenant(system, domainId));

  const first = times.slice(0, EDGE);
  const last = times.slice(-EDGE);
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    percentile(values, 0.5).toFixed(1),
    percentile(values, 0.95).toFixed(1),
    String(values.length),
  ];
  const perTenant = migrateMs / Math.max(1, migrated);
  return {
    title: `P4: ${count} tenants`,
    head: ['what', 'p50 ms', 'p95 ms', 'count'],
    rows: [
      row(`create, the first ${EDGE}`, first),
      row(`create, the last ${EDGE}`, last),
      row('limit: the same tables by bare SQL, first', bareBefore),
      row('limit: the same tables by bare SQL, last', bareAfter),
      ['migrate all (one column, one index)', migrateMs.toFixed(0), '', String(migrated)],
      row('delete', deleted),
    ],
    ratios: [
      { id: 'P4 create p95 ms', value: percentile(last, 0.95), target: '<= 400' },
      { id: 'P4 create last / first', value: percentile(last, 0.95) / percentile(first, 0.95), target: '<= 1.5' },
      { id: 'P4 create / bare', value: median(last) / median(bareAfter), target: '(the limit)' },
      { id: 'P4 migrate 200 ms', value: perTenant * TENANTS, target: '<= 10000' },
    ],
  };
};
