import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { dataOf, expectRefused, moduleOf, versionOf } from './module-shapes.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const PERMISSION = { permission: 'PING', friendlyName: 'Ping', description: 'May ping', canHaveCount: false };
const VERSION = { tag: '1.0.0', description: 'First', configSchema: '{"type":"object"}', permissions: [PERMISSION] };

test('a module goes out as a file and comes in again', async ({ rest: { ask } }) => {
  const { id, latestVersion } = await dataOf(ask, 'POST', '/module', { name: 'Travels', latestVersion: { permissions: [PERMISSION] } });
  await dataOf(ask, 'POST', '/command', { name: 'ping', trigger: 'p', function: '//', versionId: latestVersion.id });
  const tagged = await dataOf(ask, 'POST', '/module/version/', { moduleId: id, tag: '1.0.0' });

  const file = await ask('POST', `/module/${id}/export`);

  const content = {
    description: 'No description',
    configSchema: latestVersion.configSchema,
    uiSchema: '{}',
    commands: [
      {
        name: 'ping',
        description: null,
        function: '//',
        trigger: 'p',
        helpText: 'No help text available',
        arguments: [],
        requiredPermissions: [],
      },
    ],
    hooks: [],
    cronJobs: [],
    functions: [],
    permissions: [PERMISSION],
  };
  const versions = [
    { tag: 'latest', ...content },
    { tag: '1.0.0', ...content },
  ];
  const expected = { name: 'Travels', takaroVersion: expect.any(String), author: 'Unknown', supportedGames: ['all'], versions };
  expect(file.status).toBe(200);
  expect(file.body).toEqual({ meta: {}, data: expected });
  expect(await dataOf(ask, 'POST', `/module/${id}/export`, { versionIds: [tagged.id] })).toEqual({
    ...expected,
    versions: versions.slice(1),
  });
  const imported = await dataOf(ask, 'POST', '/module/import', file.body.data);
  const { latestVersion: arrived } = imported;
  expect(imported).toEqual(
    moduleOf({
      name: 'Travels-imported',
      latestVersion: versionOf(imported.id, { commands: arrived.commands, permissions: arrived.permissions }),
      versions: [expect.objectContaining({ tag: 'latest' }), expect.objectContaining({ tag: '1.0.0' })],
    }),
  );
  expect(await dataOf(ask, 'POST', `/module/${imported.id}/export`)).toEqual({ ...file.body.data, name: 'Travels-imported' });
  expect(await dataOf(ask, 'GET', '/permissions')).toEqual(expect.any(Array));
});

test('files that cannot come in are refused with what is wrong, and change nothing', async ({ rest }) => {
  const { ask } = rest;
  const file = { name: 'Arrives', versions: [VERSION] };
  await dataOf(ask, 'POST', '/module/import', file);
  await dataOf(ask, 'POST', '/module/import', file);
  const before = (await ask('POST', '/module/search', { body: {} })).body.meta;
  const wrong = (rest: object) => ({ name: 'Wrong', versions: [{ ...VERSION, ...rest }] });
  const commands = Array.from({ length: 10_000 }, (_, index) => ({ name: `c${index}`, trigger: 'c', function: '' }));

  await expectRefused(ask, 409, 'ConflictError', [['POST', '/module/import', file]]);
  await expectRefused(ask, 400, 'BadRequestError', [
    ['POST', '/module/import', wrong({ configSchema: '{"type":"strange"}' })],
    ['POST', '/module/import', wrong({ permissions: [{ ...PERMISSION, permission: 'ROOT' }] })],
  ]);
  await expectRefused(ask, 400, 'ValidationError', [
    ['POST', '/module/import', wrong({ tag: 'first' })],
    ['POST', '/module/import', wrong({ commands })],
    ['POST', '/module/import', { versions: [] }],
    ['POST', '/module/import', {}],
  ]);
  await expectRefused(ask, 404, 'NotFoundError', [
    ['POST', `/module/${newId()}/export`],
    ['POST', `/module/${newId()}/export`, { versionIds: [newId()] }],
  ]);
  expect((await ask('POST', '/module/search', { body: {} })).body.meta).toEqual(before);
  const small = await rest.openDomain({ maxModules: 0 });
  await expectRefused(small.ask, 400, 'BadRequestError', [['POST', '/module/import', file]]);
});
