import type { EventOutput } from '@takaro/contracts/events/rest';
import { stringify } from 'csv-stringify/sync';
import { FIRST_COLUMNS, LAST_COLUMNS, REST_COLUMN } from './export-columns.ts';

type Paths = readonly (readonly string[])[];

/** Every cell is quoted, and none is taken for a formula by a spreadsheet: players choose what they say. */
const csv = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    { quoted: true, quoted_empty: true, escape_formulas: true },
  );

export const headOf = (paths: Paths): string =>
  csv([[...FIRST_COLUMNS, ...paths.map((path) => ['meta', ...path].join('.')), REST_COLUMN, ...LAST_COLUMNS]]);

export const NOTHING_FOUND = csv([['No events were found for these filters in this time']]);

export const linesOf = (events: readonly EventOutput[], paths: Paths): string => csv(events.map((event) => cellsOf(event, paths)));

function cellsOf(event: EventOutput, paths: Paths): string[] {
  const rest = structuredClone(event.meta ?? {});
  const named = paths.map((path) => cellOf(take(rest, path)));
  return [
    ...FIRST_COLUMNS.map((column) => cellOf(event[column])),
    ...named,
    Object.keys(rest).length === 0 ? '' : JSON.stringify(rest),
    ...LAST_COLUMNS.map((column) => event[column]),
  ];
}

/** Takes out what stands at the path, and what is empty then. */
function take(object: Record<string, unknown>, [name = '', ...path]: readonly string[]): unknown {
  const value = object[name];
  if (path.length === 0) {
    delete object[name];
    return value;
  }
  if (!isObject(value)) return undefined;
  const found = take(value, path);
  if (Object.keys(value).length === 0) delete object[name];
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
