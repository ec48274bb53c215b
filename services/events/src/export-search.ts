import { ServiceError } from '@takaro/contracts/errors';
import { EVENT_SEARCH, type EventOutput } from '@takaro/contracts/events/rest';
import type { SearchInput } from '@takaro/contracts/search';
import { Instant, Nullable, Strict, Uuid } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';
import type { TenantDb } from '@takaro/tenant-db';
import type { Static } from 'typebox';
import { eventOutput } from './event-output.ts';
import type { EventEntity } from './event.entity.ts';

/** Rows of one part: an event is 128 KB at most, and commonly 300 bytes. */
const ROWS = 500;
const DAYS_MOST = 90;
const DAYS_MS = DAYS_MOST * 86_400_000;

const Position = Strict({ from: Instant, to: Instant, after: Nullable(Uuid) });

/** How far an export is: from when, after which event of that time, until when. Made once, so that the parts are those of one export. */
export type ExportPosition = Static<typeof Position>;

export const cursorOf = (position: ExportPosition): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** @throws ServiceError INVALID_MESSAGE when it is none of ours */
export function positionIn(cursor: string): ExportPosition {
  const text = Buffer.from(cursor, 'base64url').toString();
  try {
    const position: unknown = JSON.parse(text);
    if (matches<ExportPosition>(Position, position)) return position;
  } catch {
    // Told below, as anything else that is no position.
  }
  throw new ServiceError('INVALID_MESSAGE', { details: [{ property: 'cursor', constraints: { isCursor: 'cursor is not of an export' } }] });
}

/** The last 90 days, where the input says nothing else. @throws ServiceError EXPORT_RANGE_TOO_LARGE */
export function beginningOf(input: SearchInput, now: number): ExportPosition {
  const bounds = (side: SearchInput['greaterThan']): number[] =>
    [side?.['createdAt'], side?.['updatedAt']].flatMap((bound) => (typeof bound === 'string' ? [Date.parse(bound)] : []));
  const to = Math.min(...bounds(input.lessThan), now);
  const from = Math.max(...bounds(input.greaterThan), -Infinity);
  if (from !== -Infinity && to - from > DAYS_MS) throw new ServiceError('EXPORT_RANGE_TOO_LARGE', { params: { days: DAYS_MOST } });
  return { from: new Date(Math.max(from, to - DAYS_MS)).toISOString(), to: new Date(to).toISOString(), after: null };
}

/** The next events of an export, the oldest first, by "event_createdAt_idx" or the index of a filter's column. */
export async function nextRows(
  db: TenantDb,
  domainId: string,
  { filters = {} }: SearchInput,
  { from, to, after }: ExportPosition,
): Promise<{ events: EventOutput[]; isLast: boolean }> {
  const values: unknown[] = [from, to, after];
  const conditions = Object.keys(EVENT_SEARCH.filters).flatMap((field) => {
    const wanted = filters[field];
    if (wanted === undefined || (Array.isArray(wanted) && wanted.length === 0)) return [];
    values.push(valuesOf(field, wanted).filter((value) => value !== 'null'));
    const type = field === 'eventName' ? 'text' : 'uuid';
    return [`("${field}" = any($${values.length}::${type}[])${valuesOf(field, wanted).includes('null') ? ` or "${field}" is null` : ''})`];
  });
  const rows = await db.sql<EventEntity>(
    domainId,
    `select * from {schema}."event"
     where "createdAt" >= $1 and "createdAt" <= $2 and ($3::uuid is null or "createdAt" > $1 or "id" > $3)
       ${conditions.map((condition) => `and ${condition}`).join(' ')}
     order by "createdAt", "id" limit ${ROWS}`,
    values,
  );
  return { events: rows.map(eventOutput), isLast: rows.length < ROWS };
}

function valuesOf(property: string, wanted: readonly unknown[] | boolean): readonly unknown[] {
  if (typeof wanted !== 'boolean') return wanted;
  throw new ServiceError('INVALID_MESSAGE', {
    details: [{ property: `filters.${property}`, constraints: { isArray: 'must be an array' } }],
  });
}
