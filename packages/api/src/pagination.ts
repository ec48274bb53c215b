import { ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import type { OperationArguments } from './arguments.ts';

const BOUNDS = { page: { min: 0, max: Number.MAX_SAFE_INTEGER }, limit: { min: 1, max: LIMITS.pageLimitMax } } as const;

/**
 * Page and limit of the query or the body, the body first. They are checked on every route, before anybody asks who is calling.
 * @throws ServiceError INVALID_PAGINATION
 */
export function checkPagination({ query = {}, body }: Pick<OperationArguments, 'query' | 'body'>): void {
  const inBody = typeof body === 'object' && body !== null ? body : {};
  for (const [path, { min, max }] of Object.entries(BOUNDS)) {
    const value: unknown = (Object.hasOwn(inBody, path) ? Reflect.get(inBody, path) : undefined) ?? query[path];
    if (value === undefined) continue;
    const number = numberOf(value);
    if (number === undefined) throw refusal({ path, value, type: 'typeError', text: `${path} must be a number`, params: {} });
    if (number < min) throw refusal({ path, value, type: 'min', text: `${path} must be at least ${min}`, params: { min } });
    if (number > max) throw refusal({ path, value, type: 'max', text: `${path} must be at most ${max}`, params: { max } });
  }
}

/** A number, or a text that is one: which of both the body may hold is for the schema to say. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

interface Fault {
  readonly path: string;
  readonly value: unknown;
  readonly type: 'typeError' | 'min' | 'max';
  readonly text: string;
  readonly params: Readonly<Record<string, number>>;
}

/** The details have the shape that the published API gives to these alone. */
function refusal({ path, value, type, text, params }: Fault): ServiceError {
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 100) : typeof value;
  const message = `Invalid pagination: ${text}`;
  return new ServiceError('INVALID_PAGINATION', {
    params: { reason: text },
    details: {
      value: { [path]: shown },
      path,
      type,
      errors: [text],
      params: { path, ...params },
      inner: [],
      name: 'ValidationError',
      message,
    },
  });
}
