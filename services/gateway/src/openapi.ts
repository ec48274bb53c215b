import { isPaged, type Operation, propertiesOf } from '@takaro/api';
import { ERRORS, type ErrorCode } from '@takaro/contracts/errors';
import { STREAM_DOCUMENT } from './live/stream-document.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the operations: derived, so it cannot say anything else than the contracts. */
export const openApiOf = (operations: readonly Operation[]): Json => ({
  openapi: '3.1.0',
  info: { title: 'Takaro', version: '0.4.11', description: 'Game servers, players, modules and events of one domain.' },
  paths: { ...pathsOf(operations), ...STREAM_DOCUMENT },
  components: {
    securitySchemes: {
      session: { type: 'http', scheme: 'bearer' },
      apiToken: { type: 'apiKey', in: 'header', name: 'x-takaro-token' },
      adminAuth: { type: 'apiKey', in: 'header', name: 'x-takaro-admin-token' },
    },
    schemas: { ErrorOutput: ERROR_ENVELOPE },
  },
});

const ERROR_ENVELOPE: Json = {
  type: 'object',
  required: ['meta', 'data'],
  properties: {
    meta: {
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['code', 'message'],
          properties: { code: { type: 'string' }, message: { type: 'string' }, details: {} },
        },
      },
    },
    data: { type: 'object' },
  },
};

function pathsOf(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.httpMethod.toLowerCase()]: describe(operation) };
  }
  return paths;
}

const describe = (operation: Operation): Json => ({
  operationId: operation.id,
  tags: [operation.id.split('_')[0]?.replace(/Controller$/, '')],
  ...(operation.contract.access.kind === 'domain' &&
    operation.contract.access.permissions.length > 0 && { description: `Needs ${operation.contract.access.permissions.join(' and ')}.` }),
  security: securityOf(operation),
  parameters: [...parametersOf(operation, operation.pathParams, 'path'), ...parametersOf(operation, operation.queryParams, 'query')],
  ...(operation.hasBody && { requestBody: { content: { 'application/json': { schema: bodyOf(operation) } } } }),
  responses: { 200: { description: 'Done', content: contentOf(operation) }, ...refusalsOf(operation) },
});

function securityOf({ contract }: Operation): readonly Json[] {
  if (contract.access.kind === 'public') return [];
  return contract.access.kind === 'admin' ? [{ adminAuth: [] }] : [{ session: [] }, { apiToken: [] }];
}

const inputProperties = ({ contract }: Operation): Json => Reflect.get(contract.input, 'properties') ?? {};

const requiredOf = ({ contract }: Operation): readonly string[] => Reflect.get(contract.input, 'required') ?? [];

const parametersOf = (operation: Operation, names: readonly string[], place: 'path' | 'query'): readonly Json[] =>
  names.map((name) => ({
    name,
    in: place,
    required: place === 'path' || requiredOf(operation).includes(name),
    schema: inputProperties(operation)[name] ?? {},
  }));

function bodyOf(operation: Operation): Json {
  const { pathParams, queryParams, headerParams, addressParam, parts } = operation;
  const cursor = parts ? [parts.cursor] : [];
  const named = [...pathParams, ...queryParams, ...Object.keys(headerParams), addressParam, ...cursor];
  const names = propertiesOf(operation.contract).filter((name) => !named.includes(name));
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(names.map((name) => [name, inputProperties(operation)[name]])),
    required: requiredOf(operation).filter((name) => names.includes(name)),
  };
}

const contentOf = (operation: Operation): Json =>
  operation.parts
    ? { [operation.parts.contentType]: { schema: { type: 'string' } } }
    : { 'application/json': { schema: envelopeOf(operation) } };

function envelopeOf(operation: Operation): Json {
  const { output } = operation.contract;
  if (!isPaged(operation.contract))
    return { type: 'object', required: ['meta', 'data'], properties: { meta: { type: 'object' }, data: output } };
  const { rows, ...meta }: Json = Reflect.get(output, 'properties');
  return {
    type: 'object',
    required: ['meta', 'data'],
    properties: { meta: { type: 'object', properties: meta, required: Object.keys(meta) }, data: rows },
  };
}

const COMMON: readonly ErrorCode[] = ['INVALID_MESSAGE', 'UNAUTHENTICATED', 'PERMISSION_DENIED', 'UNAVAILABLE', 'INTERNAL'];

function refusalsOf({ contract }: Operation): Json {
  const codes = [...new Set([...COMMON, ...contract.errors])];
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: codes
          .filter((code) => ERRORS[code].status === status)
          .map((code) => ERRORS[code].message)
          .join(' / '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorOutput' } } },
      },
    ]),
  );
}
