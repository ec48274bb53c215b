import { ServiceError } from '@takaro/contracts/errors';
import type { TSchema } from 'typebox';
import { withInstants } from './instants.ts';
import type { Operation } from './operation.ts';

/** What a caller hands in: the three places of an HTTP request. */
export interface OperationArguments {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  /** Only those that the operation names are read. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Where the request comes from. */
  readonly address?: string | undefined;
  /** Absent, null and an empty text count as `{}`: the published client sends bodyless requests with a JSON content type. */
  readonly body?: unknown;
}

/**
 * The one flat input of the contract. Texts of path and query become numbers and booleans where the schema wants them, dates
 * without time or offset instants; nothing is dropped: what the contract does not know is refused by its owner.
 * @throws ServiceError INVALID_MESSAGE
 */
export function inputOf(
  operation: Operation,
  { params = {}, query = {}, headers = {}, address, body }: OperationArguments,
): Record<string, unknown> {
  const { contract, pathParams, queryParams, headerParams, addressParam } = operation;
  const cursor = operation.parts ? [operation.parts.cursor] : [];
  const named = new Set([...pathParams, ...queryParams, ...Object.keys(headerParams), addressParam, ...cursor]);
  const fromBody = bodyOf(body);
  const strangers = [
    ...Object.keys(fromBody).filter((name) => named.has(name)),
    ...Object.keys(query).filter((name) => !isQuery(queryParams, name)),
  ];
  if (strangers.length > 0) throw refusal(strangers);
  refuseScalarFilters(fromBody['filters']);
  const fromHeaders = Object.fromEntries(Object.entries(headerParams).map(([name, header]) => [name, headers[header]]));
  const inQuery = Object.entries(query).filter(([name]) => queryParams.includes(name) || isPaging(operation, name, fromBody));
  const fromUrl = Object.entries({ ...params, ...Object.fromEntries(inQuery), ...fromHeaders }).filter(([, value]) => value !== undefined);
  return {
    ...inBody(contract.input, fromBody),
    ...(addressParam !== undefined && address !== undefined && { [addressParam]: address }),
    ...Object.fromEntries(fromUrl.map(([name, value]) => [name, fromText(schemaOf(contract.input, name), value)])),
  };
}

const inBody = (input: TSchema, body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [name, withInstants(schemaOf(input, name), value)]));

const fromText = (schema: unknown, value: unknown): unknown => withInstants(schema, coerce(schema, value));

/** Page and limit are taken everywhere, since they are checked everywhere. */
const isQuery = (queryParams: readonly string[], name: string): boolean =>
  queryParams.includes(name) || name === 'page' || name === 'limit';

/** Page and limit of a search may also stand in the query; those of the body win, and where there are no pages they say nothing. */
const isPaging = ({ contract }: Operation, name: string, body: Readonly<Record<string, unknown>>): boolean =>
  (name === 'page' || name === 'limit') && schemaOf(contract.input, name) !== undefined && body[name] === undefined;

function refuseScalarFilters(filters: unknown): void {
  if (typeof filters !== 'object' || filters === null) return;
  const name = Object.entries(filters).find(([, wanted]) => typeof wanted === 'string' || typeof wanted === 'number')?.[0];
  if (name !== undefined) throw new ServiceError('FILTER_NOT_A_LIST', { params: { name } });
}

function bodyOf(body: unknown): Record<string, unknown> {
  if (body === undefined || body === null || body === '') return {};
  if (typeof body === 'object' && !Array.isArray(body)) return { ...body };
  throw new ServiceError('INVALID_MESSAGE', { details: [{ property: '', constraints: { isObject: 'the body must be an object' } }] });
}

const refusal = (names: readonly string[]): ServiceError =>
  new ServiceError('INVALID_MESSAGE', {
    details: names.map((property) => ({ property, constraints: { whitelistValidation: `property ${property} should not exist` } })),
  });

function schemaOf(input: TSchema, name: string): unknown {
  const properties: unknown = Reflect.get(input, 'properties');
  return typeof properties === 'object' && properties !== null ? Reflect.get(properties, name) : undefined;
}

function coerce(schema: unknown, value: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return value;
  const type: unknown = Reflect.get(schema, 'type');
  if (type === 'array' && !Array.isArray(value)) return [value];
  if (typeof value !== 'string') return value;
  if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  if ((type === 'number' || type === 'integer') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return value;
}
