import type { RequestContract } from '@takaro/contracts/contract';
import { validate } from '@takaro/contracts/validate';

/** What the API answered instead of what was asked for. */
export class RestRefusal extends Error {
  override readonly name = 'RestRefusal';
  readonly status: number;
  /** The name of the error in the envelope, such as `NotFoundError`. */
  readonly code: string;
  constructor(operation: string, status: number, code: string) {
    super(`${operation} answered ${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

export interface RestClient {
  /** @throws RestRefusal */
  call<In extends object, Out>(contract: RequestContract<In, Out>, input: In): Promise<Out>;
  /** The same API with these headers. */
  as(headers: Readonly<Record<string, string>>): RestClient;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const errorOf = (body: unknown): string => {
  const meta = isRecord(body) ? body['meta'] : undefined;
  const error = isRecord(meta) ? meta['error'] : undefined;
  if (!isRecord(error)) return '';
  return [error['code'], error['message']].filter((part) => typeof part === 'string').join(': ');
};

/** A search answers its rows in `data` and the counts in `meta`; its contract has them side by side. */
const outputOf = (body: unknown): unknown => {
  if (!isRecord(body)) return undefined;
  const { data, meta } = body;
  return Array.isArray(data) && isRecord(meta) && 'total' in meta ? { ...meta, rows: data } : data;
};

/** Speaks the public API by the contracts: the path, the body and what comes back are theirs. */
export const createRestClient = (baseUrl: string, headers: Readonly<Record<string, string>> = {}): RestClient => ({
  as: (more) => createRestClient(baseUrl, { ...headers, ...more }),
  call: async (contract, input) => {
    if (contract.rest === undefined) throw new Error(`${contract.operation} has no route`);
    const rest = new Map<string, unknown>(Object.entries(input));
    const path = contract.rest.path.replaceAll(/:(\w+)/g, (_, name: string) => {
      const value = String(rest.get(name));
      rest.delete(name);
      return encodeURIComponent(value);
    });
    const query = new URLSearchParams();
    for (const name of contract.rest.query ?? []) {
      if (rest.get(name) !== undefined) query.append(name, String(rest.get(name)));
      rest.delete(name);
    }
    const hasBody = contract.rest.method === 'POST' || contract.rest.method === 'PUT';
    const response = await fetch(`${baseUrl}${path}${query.size > 0 ? `?${query.toString()}` : ''}`, {
      method: contract.rest.method,
      headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
      ...(hasBody && { body: JSON.stringify(Object.fromEntries(rest)) }),
      signal: AbortSignal.timeout(contract.timeoutMs + 10_000),
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw new RestRefusal(contract.operation, response.status, errorOf(body));
    return validate(contract.output, outputOf(body));
  },
});
