import type { Handler } from '@takaro/bus';
import type { searchApiTokens } from '@takaro/contracts/tenancy/api-tokens';
import { searchPage } from '@takaro/tenant-db';
import { ApiToken, showApiToken } from '../api-token.entity.ts';
import { managesUsers } from '../api-token.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleSearchApiTokens =
  ({ db }: Tenancy): Handler<typeof searchApiTokens> =>
  async (input, { domainId, claims }) => {
    const own = managesUsers(claims) ? {} : { where: { userId: claims?.subject ?? null } };
    const page = await searchPage(await db.em(domainId), ApiToken, input, own);
    return { ...page, rows: page.rows.map(showApiToken) };
  };
