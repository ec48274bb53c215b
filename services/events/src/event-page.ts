import type { FilterQuery } from '@mikro-orm/postgresql';
import type { EventOutput } from '@takaro/contracts/events/rest';
import type { SearchInput } from '@takaro/contracts/search';
import { type SearchPage, searchPage, type TenantDb } from '@takaro/tenant-db';
import { eventOutput } from './event-output.ts';
import { EventEntity } from './event.entity.ts';

/** A row never changes, so when it was updated is found by the indexes of when it was created. */
const COLUMNS = { updatedAt: 'createdAt' } as const;

/** One page of the history, of that part of it where `where` holds. */
export async function eventPage(
  db: TenantDb,
  domainId: string,
  input: SearchInput,
  where: FilterQuery<EventEntity> = {},
): Promise<SearchPage<EventOutput>> {
  const { rows, ...page } = await searchPage(await db.em(domainId), EventEntity, input, { where, columns: COLUMNS });
  return { ...page, rows: rows.map(eventOutput) };
}
