/* oxlint-disable max-lines -- a file out and in again, with every way in which one may be wrong */
import { newId } from '@takaro/contracts/ids';
import { createAssignment, searchAssignments } from '@takaro/contracts/modules/assignments';
import { createCommand, updateCommand } from '@takaro/contracts/modules/commands';
import { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { createFunction } from '@takaro/contracts/modules/functions';
import { createHook } from '@takaro/contracts/modules/hooks';
import { createModule, getModule, removeModule, searchModules, tagVersion } from '@takaro/contracts/modules/modules';
import { exportModule, importModule, type ModuleImport } from '@takaro/contracts/modules/transfer';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { authorOf } from './author.ts';
import { transfers } from './generated-transfer.ts';
import { limitsOf, startModulesUnderTest } from './modules-world.ts';

const test = worldTest(startModulesUnderTest);

const PERMISSION = { permission: 'PING_USE', friendlyName: 'Ping', description: 'May ping', canHaveCount: true };

/** A module with a component of each kind, of which the command runs three functions. */
async function furnished(world: World, domain: TestDomain) {
  const author = await authorOf(world, domain);
  const { call } = author;
  const module = await call(createModule, { name: 'furnished', latestVersion: { permissions: [PERMISSION] } });
  const versionId = module.latestVersion.id;
  const library = await call(createFunction, { name: 'lib', code: '// lib', versionId });
  const command = await call(createCommand, {
    name: 'ping',
    trigger: 'ping',
    description: 'Pings',
    versionId,
    function: '// ping',
    arguments: [{ name: 'who', type: 'player', position: 0 }],
    requiredPermissions: ['PING_USE'],
  });
  const hook = await call(createHook, { name: 'hook', regex: 'a', searchString: 'b', versionId, eventType: 'log', function: '// hook' });
  await call(createCronJob, { name: 'cron', temporalValue: '0 * * * *', versionId });
  await call(createAssignment, { functionId: library.id, command: command.id });
  await call(createAssignment, { functionId: hook.function.id, command: command.id, position: 5 });
  return { ...author, module, versionId, command };
}

/** Without ids, times and what is derived from them. */
const gist = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (/^(id|.*Id|createdAt|updatedAt|tag)$/.test(key) ? undefined : inner)));

describe('a tag', () => {
  test('keeps a deep copy of latest under ids of its own, which no later change touches', async ({ world, domain }) => {
    const { call, module, command } = await furnished(world, domain);

    const tagged = await call(tagVersion, { moduleId: module.id, tag: '1.0.0' });

    const { latestVersion, versions } = await call(getModule, { id: module.id });
    expect(versions.map(({ tag }) => tag)).toEqual(['latest', '1.0.0']);
    expect(gist(tagged)).toEqual(gist(latestVersion));
    expect(tagged.commands[0]).toMatchObject({ description: 'Pings', requiredPermissions: ['PING_USE'] });
    expect(tagged.commands[0]?.id).not.toBe(command.id);
    expect(tagged.permissions).toMatchObject([{ ...PERMISSION, moduleVersionId: tagged.id }]);
    const assigned = await call(searchAssignments, { filters: { command: [tagged.commands[0]!.id] }, sortBy: 'position' });
    expect(assigned.rows.map(({ functionId, position }) => [functionId, position])).toEqual([
      [tagged.commands[0]!.functionId, 0],
      [tagged.functions[0]!.id, 1],
      [tagged.hooks[0]!.function.id, 5],
    ]);
    await call(updateCommand, { id: command.id, function: '// later' });
    const [kept] = (await call(exportModule, { id: module.id, versionIds: [tagged.id] })).versions;
    expect(kept?.commands?.[0]?.function).toBe('// ping');
    await expect(call(updateCommand, { id: tagged.commands[0]!.id })).rejects.toMatchObject({ code: 'VERSION_TAGGED' });
  });

  test('is a semantic version, of which there is one', async ({ world, domain }) => {
    const { call, module } = await furnished(world, domain);
    const moduleId = module.id;
    await call(tagVersion, { moduleId, tag: '1.0.0' });

    expect(await call(tagVersion, { moduleId, tag: 'latest' })).toEqual((await call(getModule, { id: moduleId })).latestVersion);
    await expect(call(tagVersion, { moduleId, tag: '1.0.0' })).rejects.toMatchObject({ code: 'VERSION_TAKEN' });
    for (const tag of ['one', '1.0', ' 1.0.1', '1.0.1 '])
      await expect(call(tagVersion, { moduleId, tag }), tag).rejects.toMatchObject({ code: 'TAG_INVALID' });
    await expect(call(tagVersion, { moduleId: newId(), tag: '1.0.0' })).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
    for (const tag of ['9.0.0', '10.0.0', '10.0.0-beta.1']) await call(tagVersion, { moduleId, tag });
    const { versions } = await call(getModule, { id: moduleId });
    expect(versions.map(({ tag }) => tag)).toEqual(['latest', '10.0.0', '10.0.0-beta.1', '9.0.0', '1.0.0']);
    await world.adminSql(`update "domain_${domain.id}"."module" set "builtin" = 'x' where "id" = $1`, [moduleId]);
    await expect(call(tagVersion, { moduleId, tag: '2.0.0' })).rejects.toMatchObject({ code: 'MODULE_BUILTIN' });
  });
});

describe('a module as a file', () => {
  test('has all versions, or those that were asked for', async ({ world, domain }) => {
    const { call, module, versionId } = await furnished(world, domain);
    const { id } = module;
    const tagged = await call(tagVersion, { moduleId: id, tag: '1.0.0' });

    const file = await call(exportModule, { id });

    expect(file).toMatchObject({
      name: 'furnished',
      author: 'Unknown',
      supportedGames: ['all'],
      versions: [{ tag: 'latest' }, { tag: '1.0.0' }],
    });
    expect(file).not.toHaveProperty('enabled');
    expect(file.versions[0]).toEqual({
      tag: 'latest',
      description: 'No description',
      configSchema: module.latestVersion.configSchema,
      uiSchema: '{}',
      commands: [
        {
          name: 'ping',
          description: 'Pings',
          function: '// ping',
          trigger: 'ping',
          helpText: 'No help text available',
          arguments: [{ name: 'who', type: 'player', helpText: '', defaultValue: null, position: 0 }],
          requiredPermissions: ['PING_USE'],
          assignedFunctions: [
            { position: 1, functionName: 'lib' },
            { position: 5, hook: 'hook' },
          ],
        },
      ],
      hooks: [{ name: 'hook', description: null, function: '// hook', eventType: 'log', regex: 'a', searchString: 'b' }],
      cronJobs: [{ name: 'cron', description: null, function: expect.stringContaining('@takaro/helpers'), temporalValue: '0 * * * *' }],
      functions: [{ name: 'lib', description: null, function: '// lib' }],
      permissions: [PERMISSION],
    });
    expect((await call(exportModule, { id, versionIds: [] })).versions).toHaveLength(2);
    expect((await call(exportModule, { id, versionIds: [tagged.id] })).versions.map(({ tag }) => tag)).toEqual(['1.0.0']);
    await expect(call(exportModule, { id, versionIds: [versionId, newId()] })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
    await expect(call(exportModule, { id: newId() })).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
  });

  test('comes in again as it went out, whatever is in it', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);

    await fc.assert(
      fc.asyncProperty(transfers, async (file) => {
        const { id } = await call(importModule, file);
        const first = await call(exportModule, { id });
        await call(removeModule, { id });
        const again = await call(importModule, first);
        const second = await call(exportModule, { id: again.id });
        await call(removeModule, { id: again.id });
        const { takaroVersion: _, ...written } = first;
        expect(written).toEqual(file);
        expect(second).toEqual(first);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  test('gets another name where its own is taken, and is refused where that is taken too', async ({ world, domain }) => {
    const { call, module } = await furnished(world, domain);
    const file = await call(exportModule, { id: module.id });

    const second = await call(importModule, file);

    expect(second).toMatchObject({ name: 'furnished-imported', enabled: true, builtin: null });
    expect(gist(second.latestVersion)).toEqual(gist((await call(getModule, { id: module.id })).latestVersion));
    await expect(call(importModule, file)).rejects.toMatchObject({ code: 'MODULE_NAME_TAKEN' });
  });

  test('of before there were versions becomes latest, and null and unknown things in it say nothing', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);
    const old = {
      name: 'Old',
      description: 'From long ago',
      author: null,
      shopActions: [],
      commands: [{ name: 'a', trigger: 'a', function: '// a', description: null, arguments: [{ name: 'x', type: 'string', strange: 1 }] }],
      hooks: [{ name: 'b', eventType: 'log', function: '// b', regex: null }],
    };

    const module = await call(importModule, old as ModuleImport);

    expect(module).toMatchObject({ name: 'Old', author: 'Unknown', versions: [{ tag: 'latest' }] });
    expect(module.latestVersion).toMatchObject({
      description: 'From long ago',
      uiSchema: '{}',
      commands: [{ name: 'a', helpText: 'No help text available', arguments: [{ name: 'x', position: 0, helpText: '' }] }],
      hooks: [{ name: 'b', regex: null }],
    });
  });

  test('without latest makes it of its newest version', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);
    const version = (tag: string) => ({ tag, description: `of ${tag}`, configSchema: '{"type":"object"}' });

    const { latestVersion, versions } = await call(importModule, { name: 'Tags', versions: ['9.0.0', '10.0.0', '1.0.0'].map(version) });

    expect(latestVersion.description).toBe('of 10.0.0');
    expect(versions.map(({ tag }) => tag)).toEqual(['latest', '10.0.0', '9.0.0', '1.0.0']);
  });

  test('that is wrong anywhere changes nothing', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);
    const fn = '//';
    const command = { name: 'a', trigger: 'a', function: fn };
    const good = { tag: '1.0.0', description: '', configSchema: '{"type":"object"}' };
    const bad: [string, object][] = [
      ['IMPORT_INVALID', { tag: 'one' }],
      ['IMPORT_INVALID', { tag: '1.0.0' }],
      ['IMPORT_INVALID', { commands: [command, command] }],
      [
        'IMPORT_INVALID',
        { commands: [{ ...command, arguments: [0, 0].map((position) => ({ name: `${position}`, type: 'string', position })) }] },
      ],
      ['IMPORT_INVALID', { commands: [{ ...command, arguments: [0, 1].map((position) => ({ name: 'same', type: 'string', position })) }] }],
      ['IMPORT_INVALID', { functions: [1, 2].map(() => ({ name: 'f', function: fn })) }],
      ['IMPORT_INVALID', { permissions: [PERMISSION, PERMISSION] }],
      ['IMPORT_INVALID', { commands: [{ ...command, assignedFunctions: [{ position: 1, functionName: 'nowhere' }] }] }],
      ['IMPORT_INVALID', { commands: [{ ...command, assignedFunctions: [1, 1].map((position) => ({ position, command: 'a' })) }] }],
      ['CONFIG_SCHEMA_INVALID', { configSchema: '{"type":"strange"}' }],
      ['CONFIG_SCHEMA_INVALID', { uiSchema: '{' }],
      ['CONFIG_INVALID', { defaultSystemConfig: '{"strange":1}' }],
      ['PATTERN_INVALID', { hooks: [{ name: 'h', eventType: 'log', regex: '(', function: fn }] }],
      ['CRON_INVALID', { cronJobs: [{ name: 'c', temporalValue: 'never', function: fn }] }],
      ['INVALID_MESSAGE', { hooks: [{ name: 'h', eventType: 'strange', function: fn }] }],
    ];

    for (const [code, rest] of bad) {
      const versions = [good, { ...good, tag: '2.0.0', ...rest }];
      await expect(call(importModule, { name: 'Wrong', versions }), JSON.stringify(rest)).rejects.toMatchObject({ code });
    }
    await expect(call(importModule, { name: 'Wrong', versions: [] })).rejects.toMatchObject({ code: 'IMPORT_INVALID' });
    limitsOf.set(domain.id, { maxModules: 0 });
    await expect
      .poll(() => call(importModule, { name: 'Wrong', versions: [good] }).catch(({ code }) => code), { timeout: 5_000, interval: 500 })
      .toBe('MODULES_LIMIT');
    limitsOf.delete(domain.id);
    expect((await call(searchModules, { filters: { name: ['Wrong', 'Wrong-imported'] } })).total).toBe(0);
  });

  test('with more parts than a module can have is refused before it is looked at', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);
    const commands = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `c${index}`, trigger: 'c', function: '' }));
    const version = (tag: string, count: number) => ({
      tag,
      description: '',
      configSchema: '{"type":"object"}',
      commands: commands(count),
    });
    const many = Array.from({ length: 11 }, (_, index) => version(`1.0.${index}`, 500));

    await expect(call(importModule, { name: 'Huge', versions: [version('latest', 100_000)] })).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
    });
    await expect(call(importModule, { name: 'Huge', versions: many })).rejects.toMatchObject({ code: 'IMPORT_INVALID' });
    expect(await call(importModule, { name: 'Large', versions: many.slice(0, 4) })).toMatchObject({ name: 'Large' });
  });
});
