import type { Handler } from '@takaro/bus';
import type { searchDomains } from '@takaro/contracts/tenancy/domains';
import { searchPage } from '@takaro/tenant-db';
import { Domain, showDomain } from '../domain.entity.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleSearchDomains =
  ({ db }: Tenancy): Handler<typeof searchDomains> =>
  (input) =>
    db.platformTransaction(async ({ em }) => {
      const page = await searchPage(em, Domain, input, { where: { provisioningStep: 'READY' } });
      return { ...page, rows: page.rows.map((row) => showDomain(row, { withToken: true })) };
    });
