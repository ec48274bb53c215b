import { Validator } from '@seriousme/openapi-schema-validator';
import { OPERATIONS } from '@takaro/api';
import { Client } from '@takaro/apiclient';
import { describe, expect } from 'vitest';
import { test as base } from './gateway-world.ts';

interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, object>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string; responses: Record<string, unknown> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly securitySchemes: object };
}

const test = base.extend<{ document: OpenApi }>({
  document: [async ({ http }, use) => use((await (await fetch(`${http.url}/openapi.json`)).json()) as OpenApi), { scope: 'file' }],
});

/** Every value below a key of this name, wherever it is. */
const allUnder = (value: unknown, key: string): unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]) => [...(name === key ? [member] : []), ...allUnder(member, key)]);

describe('the OpenAPI document', () => {
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
      for (const [, refusal] of all.filter(([status]) => status !== '200')) {
        expect(allUnder(refusal, '$ref')).toEqual(['#/components/schemas/ErrorOutput']);
      }
    }
  });
});
test('the methods of the published client are those of the operations', ({ document }) => {
  const client = new Client({ url: 'http://127.0.0.1', auth: {}, log: false });
  const groups = [...new Set(OPERATIONS.map(({ group }) => group))].filter((group) => group in client);
  const known = groups.flatMap((group) => {
    const api: object = Reflect.get(client, group);
    return Object.getOwnPropertyNames(Object.getPrototypeOf(api)).filter((name) => /Controller/.test(name));
  });
  const ours = new Set(
    Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())),
    ),
  );
  const published = new Set([...ours].map((name) => name.charAt(0).toLowerCase() + name.slice(1)));

  expect(groups.length).toBeGreaterThan(10);
  expect(known.filter((name) => !published.has(name))).toEqual([]);
});
