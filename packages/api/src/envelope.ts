import { ERRORS, ServiceError } from '@takaro/contracts/errors';
import type { PublicContract } from '@takaro/contracts/unavailable/unavailable';

/** What every operation of the public API answers. */
export interface Envelope {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

export interface OperationResponse {
  /** An HTTP status. */
  readonly status: number;
  readonly body: Envelope;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether an operation answers a page of rows (`Page(...)`). */
export function isPaged({ output }: Pick<PublicContract, 'output'>): boolean {
  const required: unknown = Reflect.get(output, 'required');
  return Array.isArray(required) && ['rows', 'page', 'limit', 'total'].every((name) => required.includes(name));
}

interface PageOutput {
  readonly rows: readonly Record<string, unknown>[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
}

export const isPage = (output: unknown): output is PageOutput =>
  typeof output === 'object' && output !== null && 'rows' in output && 'total' in output;

export function success(contract: Pick<PublicContract, 'output'>, output: unknown): OperationResponse {
  if (isPaged(contract) && isPage(output)) {
    const { rows, page, limit, total } = output;
    return { status: 200, body: { meta: { page, limit, total }, data: rows } };
  }
  return { status: 200, body: { meta: {}, data: output } };
}

/** Anything that is not a ServiceError shows as INTERNAL, without a word of its own. */
export function failure(error: unknown): OperationResponse {
  const { code, message, details, params } = error instanceof ServiceError ? error : new ServiceError('INTERNAL');
  const { status, name } = ERRORS[code];
  const body = { meta: { error: { code: name, message, ...(details !== undefined && { details }) } }, data: {} };
  const retryAfterS = params?.['retryAfterS'];
  return { status, body, ...(retryAfterS !== undefined && { headers: { 'retry-after': String(retryAfterS) } }) };
}
