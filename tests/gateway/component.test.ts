/* oxlint-disable max-lines -- the answers are compared whole, field by field, for each kind of component */
import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { dataOf, expectRefused, functionOf, row } from './module-shapes.ts';
import type { Ask } from './rest-client.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

/** A module of its own with one part of each kind, as their routes answered them. */
async function furnished(ask: Ask, name: string) {
  const module = await dataOf(ask, 'POST', '/module', { name });
  const versionId: string = module.latestVersion.id;
  const library = await dataOf(ask, 'POST', '/function', { name: 'lib', code: '// lib', description: 'Shared', versionId });
  const command = await dataOf(ask, 'POST', '/command', {
    name: 'ping',
    trigger: 'p',
    description: 'Pings',
    helpText: 'Says pong',
    function: '// ping',
    requiredPermissions: ['PING'],
    arguments: [{ name: 'who', type: 'player', position: 0, helpText: 'Whom', defaultValue: 'Bob' }],
    versionId,
  });
  const hook = await dataOf(ask, 'POST', '/hook', { name: 'hook', regex: '^a', eventType: 'chat-message', function: '// hook', versionId });
  const cronJob = await dataOf(ask, 'POST', '/cronjob', { name: 'cron', temporalValue: '0 * * * *', function: '// cron', versionId });
  const assignment = await dataOf(ask, 'POST', '/function/assignment', { functionId: library.id, hook: hook.id });
  return { module, versionId, library, command, hook, cronJob, assignment };
}

const argument = { name: 'who', type: 'player', position: 0, helpText: 'Whom', defaultValue: 'Bob' };
const commandOf = (versionId: string, rest: object = {}) => ({
  name: 'ping',
  description: 'Pings',
  trigger: 'p',
  helpText: 'Says pong',
  function: functionOf(versionId, '// ping'),
  functionId: expect.any(String),
  versionId,
  arguments: [{ ...argument, commandId: expect.any(String), ...row }],
  requiredPermissions: ['PING'],
  ...row,
  ...rest,
});
const hookOf = (versionId: string, rest: object = {}) => ({
  name: 'hook',
  description: null,
  regex: '^a',
  searchString: null,
  eventType: 'chat-message',
  function: functionOf(versionId, '// hook'),
  versionId,
  ...row,
  ...rest,
});
const cronJobOf = (versionId: string, rest: object = {}) => ({
  name: 'cron',
  description: null,
  temporalValue: '0 * * * *',
  function: functionOf(versionId, '// cron'),
  versionId,
  ...row,
  ...rest,
});

describe('functions', () => {
  test('are made, read, found with what they belong to, changed and removed', async ({ rest: { ask } }) => {
    const { module, versionId, library, command } = await furnished(ask, 'functions');

    expect(library).toEqual(functionOf(versionId, '// lib', { name: 'lib', description: 'Shared' }));
    const loose = await dataOf(ask, 'POST', '/function', {});
    expect(loose).toEqual(functionOf(null, expect.stringContaining("from '@takaro/helpers'")));
    expect(await dataOf(ask, 'GET', `/function/${library.id}`)).toEqual(library);
    const body = {
      filters: { moduleId: [module.id], versionId: [versionId], id: [command.functionId] },
      extend: ['version', 'cronJob', 'hook', 'command'],
    };
    const version = await dataOf(ask, 'GET', `/module/version/${versionId}`);
    expect((await ask('POST', '/function/search', { body })).body).toEqual({
      meta: { page: 0, limit: 100, total: 1 },
      data: [{ ...command.function, version, cronJob: null, hook: null, command }],
    });
    expect(await dataOf(ask, 'POST', '/function/search', { filters: { moduleId: ['null'] }, search: { name: ['nothing'] } })).toEqual([]);
    expect(await dataOf(ask, 'POST', '/function/search', { filters: { moduleId: ['null'] } })).toEqual([loose]);
    expect(await dataOf(ask, 'PUT', `/function/${library.id}`, { code: '// new' })).toEqual({
      ...library,
      code: '// new',
      updatedAt: expect.any(String),
    });
    expect(await dataOf(ask, 'DELETE', `/function/${loose.id}`)).toEqual({});
  });
});

describe('commands', () => {
  test('are made, read, found, changed and removed, with their arguments', async ({ rest: { ask } }) => {
    const { module, versionId, command } = await furnished(ask, 'commands');
    const path = `/command/${command.id}`;

    expect(command).toEqual(commandOf(versionId));
    expect(await dataOf(ask, 'GET', path)).toEqual(command);
    const filters = { moduleId: [module.id], versionId: [versionId], name: ['ping'], enabled: true, id: [command.id] };
    const body = { filters, search: { name: ['IN'] }, extend: ['module', 'gameServer', 'permissions'] };
    expect((await ask('POST', '/command/search', { body })).body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [command] });
    const [extended] = await dataOf(ask, 'POST', '/command/search', { filters, extend: ['functionAssignments'] });
    const own = { functionId: command.functionId, cronJob: null, hook: null, command: command.id, position: 0, ...row };
    expect(extended).toEqual({ ...command, functionAssignments: [own] });

    const added = await dataOf(ask, 'POST', '/command/argument', { name: 'times', type: 'number', position: 1, commandId: command.id });
    expect(added).toEqual({ name: 'times', type: 'number', helpText: '', defaultValue: null, position: 1, commandId: command.id, ...row });
    const changed = await dataOf(ask, 'PUT', `/command/argument/${added.id}`, { helpText: 'How often', defaultValue: '1' });
    expect(changed).toEqual({ ...added, helpText: 'How often', defaultValue: '1', updatedAt: expect.any(String) });
    expect(await dataOf(ask, 'DELETE', `/command/argument/${added.id}`)).toEqual({});
    const rewritten = { name: 'pong', trigger: 'o', function: '// pong', arguments: [], requiredPermissions: ['PONG'] };
    expect(await dataOf(ask, 'PUT', path, rewritten)).toEqual(
      commandOf(versionId, { ...rewritten, function: functionOf(versionId, '// pong', { id: command.functionId }) }),
    );
    expect(await dataOf(ask, 'DELETE', path)).toEqual({});
    expect((await ask('GET', path)).status).toBe(404);
  });
});

describe('hooks and cron jobs', () => {
  test('are made, read, found, changed and removed', async ({ rest: { ask } }) => {
    const { module, versionId, hook, cronJob, assignment } = await furnished(ask, 'hooks');

    expect(hook).toEqual(hookOf(versionId));
    expect(cronJob).toEqual(cronJobOf(versionId));
    expect(await dataOf(ask, 'GET', `/hook/${hook.id}`)).toEqual(hook);
    expect(await dataOf(ask, 'GET', `/cronjob/${cronJob.id}`)).toEqual(cronJob);
    const filters = { moduleId: [module.id], versionId: [versionId] };
    const ofHook = { ...filters, name: ['hook'], eventType: ['chat-message'], id: [hook.id] };
    const plain = { search: { name: ['OO', 'RO'] }, extend: ['module', 'gameServer'] };
    expect((await ask('POST', '/hook/search', { body: { filters: ofHook, ...plain } })).body).toEqual({
      meta: { page: 0, limit: 100, total: 1 },
      data: [hook],
    });
    expect((await ask('POST', '/cronjob/search', { body: { filters: { ...filters, name: ['cron'] }, ...plain } })).body).toEqual({
      meta: { page: 0, limit: 100, total: 1 },
      data: [cronJob],
    });
    const extend = ['functionAssignments'];
    expect(await dataOf(ask, 'POST', '/hook/search', { filters: ofHook, extend })).toEqual([
      { ...hook, functionId: hook.function.id, functionAssignments: [expect.objectContaining({ position: 0 }), assignment] },
    ]);
    expect(await dataOf(ask, 'POST', '/cronjob/search', { filters, extend })).toMatchObject([
      { functionId: cronJob.function.id, functionAssignments: [{ cronJob: cronJob.id, position: 0 }] },
    ]);

    const rewritten = { name: 'other', regex: '(?=look)ahead', eventType: 'log', searchString: 'x', function: '// other' };
    expect(await dataOf(ask, 'PUT', `/hook/${hook.id}`, rewritten)).toEqual(
      hookOf(versionId, { ...rewritten, function: functionOf(versionId, '// other') }),
    );
    expect(await dataOf(ask, 'PUT', `/cronjob/${cronJob.id}`, { description: 'Hourly', temporalValue: '5 * * * *' })).toEqual(
      cronJobOf(versionId, { description: 'Hourly', temporalValue: '5 * * * *' }),
    );
    expect(await dataOf(ask, 'DELETE', `/hook/${hook.id}`)).toEqual({});
    expect(await dataOf(ask, 'DELETE', `/cronjob/${cronJob.id}`)).toEqual({});
  });
});

describe('function assignments', () => {
  test('are made, found in the order in which they run, and taken away', async ({ rest: { ask } }) => {
    const { library, hook, assignment } = await furnished(ask, 'assignments');

    expect(assignment).toEqual({ functionId: library.id, cronJob: null, hook: hook.id, command: null, position: 1, ...row });
    const own = { ...assignment, ...row, functionId: hook.function.id, position: 0 };
    const body = { filters: { hook: [hook.id] }, sortBy: 'position', sortDirection: 'desc' };
    expect((await ask('POST', '/function/assignment/search', { body })).body).toEqual({
      meta: { page: 0, limit: 100, total: 2 },
      data: [assignment, own],
    });
    expect(await dataOf(ask, 'DELETE', `/function/assignment/${assignment.id}`)).toEqual({});
  });
});

/** Every write of what a version is made of, besides those that make something. */
const changes = (of: Record<'function' | 'command' | 'argument' | 'hook' | 'cronjob', string>) =>
  [
    ['PUT', `/function/${of.function}`, { code: '//' }],
    ['DELETE', `/function/${of.function}`],
    ['PUT', `/command/${of.command}`, {}],
    ['DELETE', `/command/${of.command}`],
    ['POST', '/command/argument', { name: 'x', type: 'string', position: 9, commandId: of.command }],
    ['PUT', `/command/argument/${of.argument}`, { helpText: 'x' }],
    ['DELETE', `/command/argument/${of.argument}`],
    ['PUT', `/hook/${of.hook}`, {}],
    ['DELETE', `/hook/${of.hook}`],
    ['PUT', `/cronjob/${of.cronjob}`, {}],
    ['DELETE', `/cronjob/${of.cronjob}`],
    ['POST', '/function/assignment', { functionId: of.function, command: of.command }],
  ] as const;

const creations = (versionId: string) =>
  [
    ['POST', '/function', { versionId }],
    ['POST', '/command', { name: 'x', trigger: 'x', versionId }],
    ['POST', '/hook', { name: 'x', regex: '', eventType: 'log', versionId }],
    ['POST', '/cronjob', { name: 'x', temporalValue: '0 * * * *', versionId }],
  ] as const;

describe('are refused', () => {
  test('what belongs to a built-in module or to a tagged version, and what is not there', async ({ rest: { ask, world, id } }) => {
    const { module, versionId, library, command, hook, cronJob, assignment } = await furnished(ask, 'sealed');
    const tagged = await dataOf(ask, 'POST', '/module/version/', { moduleId: module.id, tag: '1.0.0' });
    const [unknown] = [newId()];
    const nothing = { function: unknown, command: unknown, argument: unknown, hook: unknown, cronjob: unknown };

    await expectRefused(ask, 400, 'BadRequestError', [
      ...creations(tagged.id),
      ...changes({
        function: tagged.functions[0].id,
        command: tagged.commands[0].id,
        argument: tagged.commands[0].arguments[0].id,
        hook: tagged.hooks[0].id,
        cronjob: tagged.cronJobs[0].id,
      }),
    ]);
    await world.adminSql(`update "domain_${id}"."module" set "builtin" = 'x' where "id" = $1`, [module.id]);
    const sealed = { function: library.id, command: command.id, argument: command.arguments[0].id, hook: hook.id, cronjob: cronJob.id };
    await expectRefused(ask, 400, 'BadRequestError', [
      ...creations(versionId),
      ...changes(sealed),
      ['DELETE', `/function/assignment/${assignment.id}`],
    ]);
    const answer = await ask('PUT', `/hook/${hook.id}`, { body: {} });
    expect(answer.body.meta.error?.message).toBe('Cannot modify builtin modules');
    await expectRefused(ask, 404, 'NotFoundError', [
      ...creations(unknown),
      ...changes(nothing),
      ...['function', 'command', 'hook', 'cronjob'].map((kind) => ['GET', `/${kind}/${unknown}`] as const),
      ['DELETE', `/function/assignment/${unknown}`],
    ]);
  });

  test('names and places that are taken', async ({ rest: { ask } }) => {
    const { versionId, library, command, hook, cronJob, assignment } = await furnished(ask, 'taken');
    const second = {
      function: await dataOf(ask, 'POST', '/function', { name: 'other', versionId }),
      command: await dataOf(ask, 'POST', '/command', { name: 'other', trigger: 'x', versionId }),
      hook: await dataOf(ask, 'POST', '/hook', { name: 'other', regex: '', eventType: 'log', versionId }),
      cronjob: await dataOf(ask, 'POST', '/cronjob', { name: 'other', temporalValue: '0 * * * *', versionId }),
      argument: await dataOf(ask, 'POST', '/command/argument', { name: 'b', type: 'string', position: 1, commandId: command.id }),
    };

    await expectRefused(ask, 409, 'ConflictError', [
      ['POST', '/function', { name: library.name, versionId }],
      ['PUT', `/function/${second.function.id}`, { name: library.name }],
      ['POST', '/command', { name: command.name, trigger: 'x', versionId }],
      ['PUT', `/command/${second.command.id}`, { name: command.name }],
      ['POST', '/command/argument', { name: 'c', type: 'string', position: 0, commandId: command.id }],
      ['PUT', `/command/argument/${second.argument.id}`, { name: 'who' }],
      ['POST', '/hook', { name: hook.name, regex: '', eventType: 'log', versionId }],
      ['PUT', `/hook/${second.hook.id}`, { name: hook.name }],
      ['POST', '/cronjob', { name: cronJob.name, temporalValue: '0 * * * *', versionId }],
      ['PUT', `/cronjob/${second.cronjob.id}`, { name: cronJob.name }],
      ['POST', '/function/assignment', { functionId: library.id, hook: hook.id, position: assignment.position }],
    ]);
  });

  test('patterns that are none, and more than a module may hold', async ({ rest }) => {
    const { ask } = rest;
    const { versionId, hook, cronJob } = await furnished(ask, 'patterns');
    await expectRefused(ask, 400, 'ValidationError', [
      ['POST', '/hook', { name: 'bad', regex: '(', eventType: 'log', versionId }],
      ['PUT', `/hook/${hook.id}`, { regex: '[' }],
      ['POST', '/cronjob', { name: 'bad', temporalValue: 'hourly', versionId }],
      ['PUT', `/cronjob/${cronJob.id}`, { temporalValue: '* * * * * *' }],
    ]);
    const bad = await ask('PUT', `/hook/${hook.id}`, { body: { regex: '(' } });
    expect(bad.body.meta.error?.details).toMatchObject([{ property: 'regex', value: '(' }]);

    const small = await rest.openDomain({ maxFunctionsInModule: 1 });
    const { latestVersion } = await dataOf(small.ask, 'POST', '/module', { name: 'small' });
    const command = await dataOf(small.ask, 'POST', '/command', { name: 'first', trigger: 'x', versionId: latestVersion.id });
    await expectRefused(small.ask, 400, 'BadRequestError', creations(latestVersion.id));
    expect(await dataOf(small.ask, 'DELETE', `/command/${command.id}`)).toEqual({});
  });
});
