import { ERRORS, type ErrorCode } from '@takaro/contracts/errors';
import type { Json } from './openapi-schemas.ts';

/** What a route that may answer these codes is documented to refuse with: by status, in one shape. */
export function refusalsOf(codes: readonly ErrorCode[]): Json {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((a, b) => a - b);
  const textsOf = (status: number): string[] => codes.filter((code) => ERRORS[code].status === status).map((code) => ERRORS[code].message);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: [...new Set(textsOf(status))].join(' / '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorOutput' } } },
      },
    ]),
  );
}

/** To a `GET` that names the hash of what it would be answered. */
export const NOT_MODIFIED: Json = { 304: { description: 'As `If-None-Match` has it' } };
