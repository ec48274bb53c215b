import { Validator } from '@seriousme/openapi-schema-validator';
import { OPERATIONS } from '@takaro/api';
import { AdminClient, Client } from '@takaro/apiclient';
import { openApiOf } from '@takaro/gateway/openapi';
import { describe, expect, test as plain } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';
import { test as base } from './gateway-world.ts';
import { PUBLISHED_OPERATIONS, type PublishedOperation } from './published-operations.ts';

interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, object>>;
}

interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly securitySchemes: object };
}

const test = base.extend<{ document: OpenApi }>({
  document: [
    async ({ http }, use) => use((await (await documentedFetch(`${http.url}/openapi.json`)).json()) as OpenApi),
    { scope: 'file' },
  ],
});

/** Every value below a key of this name, wherever it is. */
const allUnder = (value: unknown, key: string): unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]) => [...(name === key ? [member] : []), ...allUnder(member, key)]);

describe('the OpenAPI document', () => {
  test('is what all answers of these tests are held against', ({ document }) => {
    expect(document).toEqual(openApiOf(OPERATIONS));
  });

  test('is valid OpenAPI 3.0', async ({ document }) => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);

    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(document.openapi).toBe('3.0.0');
  });

  test('refers to nothing that it does not have, and has nothing to which nothing refers', ({ document }) => {
    const names = new Set(allUnder(document, '$ref').map((ref) => String(ref).replace('#/components/schemas/', '')));

    expect([...names].filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(Object.keys(document.components.schemas).filter((name) => !names.has(name))).toEqual([]);
  });

  test.for([
    ['PlayerOutput', ['name', 'steamId', 'playtimeSeconds', 'id', 'createdAt', 'updatedAt']],
    ['RoleOutput', ['name', 'permissions', 'system']],
    ['DomainOutput', ['name', 'state', 'maxGameservers']],
    ['UserOutputWithRoles', ['name', 'email', 'roles']],
    ['ModuleVersionOutput', ['tag', 'configSchema', 'hooks', 'commands', 'cronJobs']],
    ['PlayerRoleAssignmentOutput', ['playerId', 'roleId', 'role']],
    ['PlayerOnGameserverOutput', ['gameServerId', 'playerId', 'currency']],
    ['ItemsOutput', ['name', 'code', 'gameserverId']],
    ['ErrorOutput', ['meta', 'data']],
    ['RoleOutputArrayAPI', ['meta', 'data']],
    ['RoleOutputAPI', ['meta', 'data']],
    ['RoleSearchInput', ['filters', 'search', 'extend', 'page', 'limit']],
  ] as const)('has the shape %s', ([name, properties], { document }) => {
    expect(Object.keys(document.components.schemas[name]?.properties ?? {})).toEqual(expect.arrayContaining([...properties]));
  });

  test('uses nothing that OpenAPI 3.0 does not know', ({ document }) => {
    const unknown = ['const', 'patternProperties', '$id', '$schema', 'prefixItems'].filter(
      (key) => allUnder(document.paths, key).length > 0,
    );

    expect(unknown).toEqual([]);
    expect(allUnder(document, 'type')).not.toContain('null');
  });

  test('describes the refusals of every operation in one shape', ({ document }) => {
    const responses = OPERATIONS.map(({ httpMethod, path }) =>
      Object.entries(document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[httpMethod.toLowerCase()]?.responses ?? {}),
    );

    for (const all of responses) {
      expect(all.map(([status]) => status)).toEqual(expect.arrayContaining(['200', '400', '401', '403', '429', '500']));
      for (const [, refusal] of all.filter(([status]) => Number(status) >= 400)) {
        expect(allUnder(refusal, '$ref')).toEqual(['#/components/schemas/ErrorOutput']);
      }
    }
  });
});

/** How generators call the method of an operation. */
const clientMethodOf = (operationId: string): string => {
  const name = operationId.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
};

/** What a generator makes of the document. */
const generatedFrom = ({ paths }: OpenApi): PublishedOperation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([httpMethod, { operationId, tags }]) => ({
      tag: tags.join(' and '),
      clientMethod: clientMethodOf(operationId),
      httpMethod: httpMethod.toUpperCase(),
      path,
    })),
  );

describe('the published client', () => {
  test('has the methods that are generated from the document, in the same classes and for the same routes', ({ document }) => {
    const generated = new Map(generatedFrom(document).map((operation) => [operation.clientMethod, operation]));

    expect(PUBLISHED_OPERATIONS).toHaveLength(180);
    expect(PUBLISHED_OPERATIONS.map(({ clientMethod }) => generated.get(clientMethod))).toEqual(PUBLISHED_OPERATIONS);
  });

  plain('has the classes under the groups of their operations', () => {
    const url = 'http://127.0.0.1';
    const client = new Client({ url, auth: {}, log: false });
    const admin = new AdminClient({ url, auth: { clientSecret: 'none' }, log: false });
    const published = new Set(PUBLISHED_OPERATIONS.map(({ clientMethod }) => clientMethod));
    // It has no name for what signs in elsewhere.
    const operations = OPERATIONS.filter(({ tag, method }) => published.has(method) && tag !== 'ExternalAuth');
    const classOf = (group: string): string => {
      const api: object = Reflect.get(client, group) ?? Reflect.get(admin, group) ?? {};
      return api.constructor.name;
    };

    expect(operations.length).toBeGreaterThan(170);
    expect(operations.map(({ id, group }) => [id, classOf(group)])).toEqual(operations.map(({ id, tag }) => [id, `${tag}Api`]));
  });
});
