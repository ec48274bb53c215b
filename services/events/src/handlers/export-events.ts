import type { Handler } from '@takaro/bus';
import type { EventOutput, exportEvents } from '@takaro/contracts/events/rest';
import type { Clock } from '@takaro/process';
import type { TenantDb } from '@takaro/tenant-db';
import { metaPathsOf } from '../export-columns.ts';
import { beginningOf, cursorOf, type ExportPosition, nextRows, positionIn } from '../export-search.ts';
import { headOf, linesOf, NOTHING_FOUND } from '../export-text.ts';

interface Parts {
  readonly db: TenantDb;
  readonly clock: Clock;
}

/** One part of the text. What an export needs at once is a part, however long it is. */
export const handleExportEvents =
  ({ db, clock }: Parts): Handler<typeof exportEvents> =>
  async ({ cursor, ...search }, { domainId }) => {
    const isFirst = cursor === undefined;
    const position = isFirst ? beginningOf(search, clock.now()) : positionIn(cursor);
    const { events, isLast } = await nextRows(db, domainId, search, position);
    if (isFirst && events.length === 0) return { text: NOTHING_FOUND, next: null };
    const paths = metaPathsOf(namesIn(search.filters?.['eventName']));
    return { text: (isFirst ? headOf(paths) : '') + linesOf(events, paths), next: isLast ? null : cursorOf(behind(events, position)) };
  };

const namesIn = (wanted: unknown): string[] =>
  Array.isArray(wanted) ? wanted.filter((name): name is string => typeof name === 'string' && name !== 'null') : [];

function behind(events: readonly EventOutput[], position: ExportPosition): ExportPosition {
  const last = events.at(-1);
  return last ? { from: last.createdAt, to: position.to, after: last.id } : position;
}
