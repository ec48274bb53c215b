import type { Handler } from '@takaro/bus';
import type { searchEntities } from '@takaro/contracts/gameservers/catalogue';
import { searchPage } from '@takaro/tenant-db';
import { entityOutput, GameEntity, PUBLISHED } from '../catalogue/catalogue.entity.ts';
import type { Parts } from '../parts.ts';

export const handleSearchEntities =
  ({ db }: Parts): Handler<typeof searchEntities> =>
  async (input, { domainId }) => {
    const { rows, ...page } = await searchPage(await db.em(domainId), GameEntity, input, { columns: PUBLISHED });
    return { ...page, rows: rows.map((row) => entityOutput(row)) };
  };
