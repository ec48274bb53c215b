import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { dataOf, expectRefused, moduleOf, row, versionOf } from './module-shapes.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const CONFIG = {
  type: 'object',
  properties: { item: { type: 'string', default: 'wood', 'x-component': 'item' } },
  additionalProperties: false,
};
const PERMISSION = { permission: 'GIVE_ITEM', friendlyName: 'Give', description: 'May give', canHaveCount: true };

describe('modules', () => {
  test('are made, read, found, changed and removed', async ({ rest: { ask } }) => {
    const latestVersion = {
      description: 'Gives',
      configSchema: JSON.stringify(CONFIG),
      uiSchema: '{"item":{}}',
      permissions: [PERMISSION],
    };
    const made = await ask('POST', '/module', { body: { name: 'Giver', author: 'Me', supportedGames: ['rust'], latestVersion } });

    const { id, latestVersion: latest } = made.body.data;
    const permissions = [{ ...PERMISSION, moduleVersionId: latest.id, ...row }];
    const expected = moduleOf({
      name: 'Giver',
      author: 'Me',
      supportedGames: ['rust'],
      latestVersion: versionOf(id, { ...latestVersion, permissions }),
    });
    expect(made).toMatchObject({ status: 200, body: { meta: {}, data: made.body.data } });
    expect(made.body.data).toEqual(expected);
    expect(await dataOf(ask, 'GET', `/module/${id}`)).toEqual(made.body.data);

    const bare = await dataOf(ask, 'POST', '/module', { name: 'Bare' });
    expect(bare).toEqual(moduleOf({ name: 'Bare', latestVersion: versionOf(bare.id) }));
    expect(JSON.parse(bare.latestVersion.configSchema)).toMatchObject({ type: 'object', properties: {}, additionalProperties: false });

    const changed = await dataOf(ask, 'PUT', `/module/${id}`, {
      name: 'Taker',
      enabled: false,
      latestVersion: { description: 'Takes', permissions: [PERMISSION, { ...PERMISSION, permission: 'TAKE_ITEM' }] },
    });
    expect(changed).toMatchObject({ name: 'Taker', author: 'Me', enabled: false, latestVersion: { description: 'Takes' } });
    expect(changed.latestVersion.permissions[0].id).toBe(latest.permissions[0].id);

    expect(await dataOf(ask, 'DELETE', `/module/${id}`)).toEqual({});
    expect((await ask('GET', `/module/${id}`)).status).toBe(404);
  });

  test('are found by what the search asks, in the order of people, page by page', async ({ rest: { ask } }) => {
    for (const name of ['élan', 'Zebra', 'eland', 'Echo 10']) await dataOf(ask, 'POST', '/module', { name, author: 'Finder' });
    const filters = { author: ['Finder'] };

    const page = await ask('POST', '/module/search', { body: { filters, sortBy: 'name', sortDirection: 'asc', page: 0, limit: 3 } });
    const names = (data: { name: string }[]) => data.map(({ name }) => name);

    expect(page.body.meta).toEqual({ page: 0, limit: 3, total: 4 });
    expect(names(page.body.data)).toEqual(['Echo 10', 'élan', 'eland']);
    expect(names(await dataOf(ask, 'POST', '/module/search', { filters, search: { name: ['LAN', 'ebr'] }, sortBy: 'name' }))).toEqual([
      'élan',
      'eland',
      'Zebra',
    ]);
    expect(await dataOf(ask, 'POST', '/module/search', { filters: { ...filters, builtin: ['null'], name: ['Zebra'] } })).toEqual([
      moduleOf({ name: 'Zebra', author: 'Finder' }),
    ]);
    expect(await dataOf(ask, 'POST', '/module/search', { filters, extend: ['whatever'], limit: 1 })).toHaveLength(1);
    expect(await dataOf(ask, 'POST', '/module/search', { filters, lessThan: { createdAt: '2020-01-01T00:00:00.000Z' } })).toEqual([]);
  });

  test('are refused with what is wrong', async ({ rest }) => {
    const { ask, world, id: domainId } = rest;
    const { id } = await dataOf(ask, 'POST', '/module', { name: 'Refused' });
    await dataOf(ask, 'POST', '/module', { name: 'Other' });
    const builtin = await dataOf(ask, 'POST', '/module', { name: 'Built in' });
    await world.adminSql(`update "domain_${domainId}"."module" set "builtin" = 'x' where "id" = $1`, [builtin.id]);

    await expectRefused(ask, 404, 'NotFoundError', [
      ['GET', `/module/${newId()}`],
      ['PUT', `/module/${newId()}`, {}],
      ['DELETE', `/module/${newId()}`],
    ]);
    await expectRefused(ask, 409, 'ConflictError', [
      ['POST', '/module', { name: 'Other' }],
      ['PUT', `/module/${id}`, { name: 'Other' }],
    ]);
    const reserved = { permissions: [{ ...PERMISSION, permission: 'ROOT' }] };
    await expectRefused(ask, 400, 'BadRequestError', [
      ['POST', '/module', { name: 'Bad schema', latestVersion: { configSchema: '{"type":"strange"}' } }],
      ['POST', '/module', { name: 'Reserved', latestVersion: reserved }],
      ['PUT', `/module/${id}`, { latestVersion: reserved }],
      ['PUT', `/module/${builtin.id}`, { name: 'Mine now' }],
      ['DELETE', `/module/${builtin.id}`],
    ]);
    await expectRefused(ask, 400, 'ValidationError', [
      ['POST', '/module', { name: 'Bad default', latestVersion: { defaultSystemConfig: '{"strange":1}' } }],
      ['PUT', `/module/${id}`, { latestVersion: { defaultSystemConfig: '{"strange":1}' } }],
      ['POST', '/module', { name: 'Mine', builtin: 'utils' }],
    ]);
    const small = await rest.openDomain({ maxModules: 1 });
    await dataOf(small.ask, 'POST', '/module', { name: 'First' });
    await expectRefused(small.ask, 400, 'BadRequestError', [['POST', '/module', { name: 'Second' }]]);
  });
});

describe('versions', () => {
  test('are tagged, read and found, latest first and then the highest', async ({ rest: { ask } }) => {
    const { id: moduleId, latestVersion } = await dataOf(ask, 'POST', '/module', { name: 'Versions' });

    const tagged = await dataOf(ask, 'POST', '/module/version/', { moduleId, tag: '1.10.0' });
    await dataOf(ask, 'POST', '/module/version', { moduleId, tag: '1.9.0' });

    expect(tagged).toEqual(versionOf(moduleId, { tag: '1.10.0' }));
    expect(await dataOf(ask, 'POST', '/module/version/', { moduleId, tag: 'latest' })).toEqual(latestVersion);
    expect(await dataOf(ask, 'GET', `/module/version/${tagged.id}`)).toEqual(tagged);
    expect((await dataOf(ask, 'GET', `/module/${moduleId}`)).versions).toEqual(
      ['latest', '1.10.0', '1.9.0'].map((tag) => ({ tag, ...row })),
    );
    const body = { filters: { moduleId: [moduleId], tag: ['1.10.0'], version: ['ignored'] }, search: { tag: ['10'] } };
    expect((await ask('POST', '/module/version/search', { body })).body).toEqual({
      meta: { page: 0, limit: 100, total: 1 },
      data: [tagged],
    });

    await expectRefused(ask, 404, 'NotFoundError', [
      ['GET', `/module/version/${newId()}`],
      ['POST', '/module/version/', { moduleId: newId(), tag: '1.0.0' }],
    ]);
    await expectRefused(ask, 400, 'BadRequestError', [['POST', '/module/version/', { moduleId, tag: 'newest' }]]);
    await expectRefused(ask, 409, 'ConflictError', [['POST', '/module/version/', { moduleId, tag: '1.9.0' }]]);
  });
});

describe('installations', () => {
  test('are made, replaced, read, found and taken away, with every default filled in', async ({ rest }) => {
    const { ask } = rest;
    const { gameServerId } = await rest.openGame('installations');
    const module = await dataOf(ask, 'POST', '/module', { name: 'Installed', latestVersion: { configSchema: JSON.stringify(CONFIG) } });
    const versionId = module.latestVersion.id;
    await dataOf(ask, 'POST', '/command', { name: 'give', trigger: 'give', versionId });
    await dataOf(ask, 'POST', '/hook', { name: 'seen', regex: '', eventType: 'player-connected', versionId });
    await dataOf(ask, 'POST', '/cronjob', { name: 'daily', temporalValue: '0 0 * * *', versionId });
    const { latestVersion: version, ...columns } = await dataOf(ask, 'GET', `/module/${module.id}`);
    const path = `/module/${module.id}/gameserver/${gameServerId}/installation`;

    const first = await dataOf(ask, 'POST', '/module/installation/', { versionId, gameServerId });
    const installed = await dataOf(ask, 'POST', '/module/installation', {
      versionId,
      gameServerId,
      userConfig: '{"item":"stone"}',
      systemConfig:
        '{"commands":{"give":{"cost":5,"aliases":["g"]}},"hooks":{"seen":{"cooldown":60}},"cronJobs":{"daily":{"enabled":false}}}',
    });

    expect(first).toMatchObject({ userConfig: { item: 'wood' }, systemConfig: { commands: { give: { cost: 0 } } } });
    expect(installed).toEqual({
      gameserverId: gameServerId,
      versionId,
      moduleId: module.id,
      version,
      module: { ...columns, latestVersion: version },
      userConfig: { item: 'stone' },
      systemConfig: {
        enabled: true,
        commands: { give: { enabled: true, delay: 0, announceDelay: true, cooldown: 0, cost: 5, aliases: ['g'] } },
        hooks: { seen: { enabled: true, delay: 0, cooldown: 60, cooldownType: 'player' } },
        cronJobs: { daily: { enabled: false, temporalValue: '0 0 * * *' } },
      },
      ...row,
    });
    expect(installed.id).not.toBe(first.id);
    expect(await dataOf(ask, 'GET', path)).toEqual(installed);
    const filters = { gameserverId: [gameServerId], moduleId: [module.id], versionId: [versionId], id: [installed.id] };
    expect((await ask('POST', '/module/installation/search', { body: { filters } })).body).toEqual({
      meta: { page: 0, limit: 100, total: 1 },
      data: [installed],
    });
    const bad = await ask('POST', '/module/installation/', { body: { versionId, gameServerId, userConfig: '{"strange":1}' } });
    expect(bad).toMatchObject({ status: 400, body: { meta: { error: { code: 'ValidationError' } } } });
    expect(bad.body.meta.error?.message).toMatch(/^Invalid config: /);
    expect(bad.body.meta.error?.details).toMatchObject([{ keyword: 'additionalProperties' }]);
    expect(await dataOf(ask, 'DELETE', path)).toEqual(installed);
    await expectRefused(ask, 404, 'NotFoundError', [
      ['GET', path],
      ['DELETE', path],
      ['POST', '/module/installation/', { versionId: newId(), gameServerId }],
      ['POST', '/module/installation/', { versionId, gameServerId: newId() }],
    ]);
  });

  test('and all that becomes of a module is told with who did it', async ({ rest }) => {
    const { ask, root } = rest;
    const { gameServerId } = await rest.openGame('told');
    const { id: moduleId, latestVersion } = await dataOf(ask, 'POST', '/module', { name: 'Told' });
    const hook = { name: 'h', regex: '', eventType: 'log', versionId: latestVersion.id };
    const headers = { 'x-takaro-module': moduleId };
    const { id: componentId } = (await ask('POST', '/hook', { body: hook, headers })).body.data;
    await dataOf(ask, 'POST', '/module/installation/', { versionId: latestVersion.id, gameServerId });
    await dataOf(ask, 'DELETE', `/module/${moduleId}/gameserver/${gameServerId}/installation`);
    await dataOf(ask, 'DELETE', `/module/${moduleId}`);

    const found = async () => dataOf(ask, 'POST', '/event/search', { filters: { moduleId: [moduleId] }, sortBy: 'createdAt' });

    await expect.poll(async () => (await found()).length).toBe(5);
    const events: { eventName: string }[] = await found();
    const when = { timestamp: expect.any(String) };
    const told = (name: string) => events.find(({ eventName }) => eventName === name);
    expect(told('module-created')).toMatchObject({ moduleId, actingUserId: root.id, actingModuleId: null, gameserverId: null, meta: when });
    expect(told('module-updated')).toMatchObject({
      actingUserId: root.id,
      actingModuleId: moduleId,
      meta: { changeType: 'created', componentType: 'hook', componentName: 'h', componentId },
    });
    expect(told('module-installed')).toMatchObject({
      gameserverId: gameServerId,
      meta: { userConfig: '{}', systemConfig: expect.any(String) },
    });
    expect(told('module-uninstalled')).toMatchObject({ gameserverId: gameServerId, meta: when });
    expect(told('module-deleted')).toMatchObject({ actingUserId: root.id, meta: when });
  });
});
