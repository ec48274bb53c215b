import { isPaged, type Operation, propertiesOf } from '@takaro/api';
import { COMMON_ERRORS, type ErrorCode, isErrorCode } from '@takaro/contracts/errors';
import { nameOfShape } from '@takaro/contracts/shape-names';
import { STREAM_DOCUMENT } from './live/stream-document.ts';
import { META_DOCUMENT } from './openapi-meta.ts';
import { NOT_MODIFIED, refusalsOf } from './openapi-refusals.ts';
import { type Components, createComponents, type Json } from './openapi-schemas.ts';

/** The OpenAPI 3.0 document of the operations: derived, so it cannot say anything else than the contracts. */
export function openApiOf(operations: readonly Operation[]): Json {
  const components = createComponents();
  components.named('ErrorOutput', ERROR_ENVELOPE);
  const paths = pathsOf(operations, components);
  return {
    openapi: '3.0.0',
    info: { title: 'Takaro', version: '0.4.11', description: 'Game servers, players, modules and events of one domain.' },
    paths: { ...paths, ...STREAM_DOCUMENT, ...META_DOCUMENT },
    components: { securitySchemes: SECURITY, schemas: components.schemas },
  };
}

const SECURITY: Json = {
  session: { type: 'http', scheme: 'bearer' },
  apiToken: { type: 'apiKey', in: 'header', name: 'x-takaro-token' },
  domainAuth: { type: 'apiKey', in: 'cookie', name: 'takaro-token' },
  adminAuth: { type: 'apiKey', in: 'header', name: 'x-takaro-admin-token' },
};

const objectOf = (properties: Json): Json => ({ type: 'object', required: Object.keys(properties), properties });

const ERROR_ENVELOPE: Json = objectOf({
  meta: objectOf({
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, details: {} },
    },
  }),
  data: { type: 'object' },
});

function pathsOf(operations: readonly Operation[], components: Components): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.httpMethod.toLowerCase()]: describe(operation, components) };
  }
  return paths;
}

const describe = (operation: Operation, components: Components): Json => ({
  operationId: operation.id,
  tags: [operation.tag],
  ...descriptionOf(operation),
  security: securityOf(operation),
  parameters: [
    ...parametersOf(operation, components, { names: operation.pathParams, place: 'path' }),
    ...parametersOf(operation, components, { names: operation.queryParams, place: 'query' }),
  ],
  ...(operation.hasBody && { requestBody: { content: { 'application/json': { schema: bodyOf(operation, components) } } } }),
  responses: {
    200: { description: 'Done', content: contentOf(operation, components) },
    // What is sent in parts has no hash before its end.
    ...(operation.httpMethod === 'GET' && !operation.parts && NOT_MODIFIED),
    ...refusalsOf(codesOf(operation)),
  },
});

function descriptionOf({ contract }: Operation): Json {
  const permissions = contract.access.kind === 'domain' ? contract.access.permissions : [];
  const parts = [
    ...(permissions.length > 0 ? [`Needs ${permissions.join(' and ')}.`] : []),
    ...(contract.kind === 'unavailable' ? [`${contract.feature} is not available yet.`] : []),
  ];
  return parts.length > 0 ? { description: parts.join(' ') } : {};
}

function securityOf({ contract }: Operation): readonly Json[] {
  if (contract.access.kind === 'public') return [];
  return contract.access.kind === 'admin' ? [{ adminAuth: [] }] : [{ session: [] }, { apiToken: [] }, { domainAuth: [] }];
}

const inputProperties = ({ contract }: Operation): Json => Reflect.get(contract.input, 'properties') ?? {};

const requiredOf = ({ contract }: Operation): readonly string[] => Reflect.get(contract.input, 'required') ?? [];

interface Placed {
  readonly names: readonly string[];
  readonly place: 'path' | 'query';
}

const parametersOf = (operation: Operation, components: Components, { names, place }: Placed): readonly Json[] =>
  names.map((name) => ({
    name,
    in: place,
    required: place === 'path' || requiredOf(operation).includes(name),
    schema: components.of(inputProperties(operation)[name] ?? {}),
  }));

/** The name of an operation in names of schemas, such as `PlayerSearch`. */
const titleOf = ({ id }: Operation): string => {
  const [controller = '', method = ''] = id.split('_');
  return `${controller.replace(/Controller$/, '')}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
};

function bodyOf(operation: Operation, components: Components): Json {
  const { pathParams, queryParams, headerParams, addressParam, parts } = operation;
  const cursor = parts ? [parts.cursor] : [];
  const elsewhere = [...pathParams, ...queryParams, ...Object.keys(headerParams), addressParam, ...cursor];
  const names = propertiesOf(operation.contract).filter((name) => !elsewhere.includes(name));
  const required = requiredOf(operation).filter((name) => names.includes(name));
  return components.named(`${titleOf(operation)}Input`, {
    type: 'object',
    // Files of other installations may hold more than their contract says.
    additionalProperties: Reflect.get(operation.contract.input, 'additionalProperties') !== false,
    properties: Object.fromEntries(names.map((name) => [name, components.of(inputProperties(operation)[name])])),
    // OpenAPI 3.0 knows no empty list here.
    ...(required.length > 0 && { required }),
  });
}

const contentOf = (operation: Operation, components: Components): Json =>
  operation.parts
    ? { [operation.parts.contentType]: { schema: { type: 'string' } } }
    : { 'application/json': { schema: envelopeOf(operation, components) } };

/** `PlayerOutputAPI` is the envelope of one, `PlayerOutputArrayAPI` of a page or a list. */
function envelopeOf(operation: Operation, components: Components): Json {
  const { output } = operation.contract;
  const { rows, ...counts }: Json = isPaged(operation.contract) ? Reflect.get(output, 'properties') : { rows: output };
  const items: unknown = Reflect.get(Object(rows), 'items');
  const name = nameOfShape(items ?? rows) ?? `${titleOf(operation)}Output`;
  const meta =
    Object.keys(counts).length > 0
      ? objectOf(Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, components.of(count)])))
      : { type: 'object' };
  const isArray = items !== undefined;
  const one = items ?? rows;
  const written = nameOfShape(one) === undefined && isObject(one) ? components.named(name, components.of(one)) : components.of(one);
  const kind = isPaged(operation.contract) ? 'ArrayAPI' : isArray ? 'ListAPI' : 'API';
  return components.named(`${name}${kind}`, objectOf({ meta, data: isArray ? { type: 'array', items: written } : written }));
}

const isObject = (schema: unknown): boolean => Reflect.get(Object(schema), 'type') === 'object';

/** What any route may answer besides what its contract lists. */
const COMMON: readonly ErrorCode[] = [...Object.keys(COMMON_ERRORS).filter(isErrorCode), 'BODY_TOO_LARGE', 'TOO_MANY_REQUESTS'];

const codesOf = ({ contract }: Operation): readonly ErrorCode[] => [...new Set([...contract.errors, ...COMMON])];
