import { storableText } from '@takaro/contracts/text';

/** Tolerant readings of what connectors send: numbers as texts, texts as numbers, nulls for nothing. */

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A non-empty text that can be stored; a number becomes one where it lost nothing on its way (64-bit ids do, beyond 2^53). */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return storableText(value) || undefined;
  return Number.isSafeInteger(value) || (typeof value === 'number' && !Number.isInteger(value) && Number.isFinite(value))
    ? String(value)
    : undefined;
}

export function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function readFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 'true') return true;
  return value === 0 || value === 'false' ? false : undefined;
}

/** The object without the keys that have no value: what goes out must hold no explicit nulls. */
export const withoutAbsent = <Value>(entries: Readonly<Record<string, Value | null | undefined>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(entries).flatMap(([key, value]) => (value === undefined || value === null ? [] : [[key, value]])));
