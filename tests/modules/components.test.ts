/* oxlint-disable max-lines -- hooks, commands, cron jobs and functions are written by the same rules, held side by side */
import { newId } from '@takaro/contracts/ids';
import { createAssignment, deleteAssignment, searchAssignments } from '@takaro/contracts/modules/assignments';
import * as commands from '@takaro/contracts/modules/commands';
import * as cronJobs from '@takaro/contracts/modules/cron-jobs';
import * as functions from '@takaro/contracts/modules/functions';
import * as hooks from '@takaro/contracts/modules/hooks';
import { getModuleVersion, searchModuleVersions } from '@takaro/contracts/modules/modules';
import type { ModuleOutput } from '@takaro/contracts/modules/shapes';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { type Author, authorOf } from './author.ts';
import { limitsOf, startModulesUnderTest } from './modules-world.ts';

const test = worldTest(startModulesUnderTest);

const code = (name: string) => ({ code: name });

/** One component of each kind. */
async function furnished(world: World, domain: TestDomain) {
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  const command = await author.command(module, 'ping', { arguments: [{ name: 'who', type: 'player', position: 0 }] });
  const hook = await author.call(hooks.createHook, {
    name: 'hook',
    regex: 'a',
    searchString: 'b',
    versionId,
    eventType: 'log',
    function: '// hook',
  });
  const cronJob = await author.call(cronJobs.createCronJob, { name: 'cron', temporalValue: '0 * * * *', versionId });
  const library = await author.call(functions.createFunction, { name: 'lib', code: '// lib', versionId });
  return { author, module, versionId, command, hook, cronJob, library };
}

/** Makes the module one that may not be written, by the means of an operator. */
const seal = (world: World, domain: TestDomain, { id }: ModuleOutput, how: 'builtin' | 'tagged') =>
  world.adminSql(
    how === 'builtin'
      ? `update "domain_${domain.id}"."module" set "builtin" = "name" where "id" = $1`
      : `update "domain_${domain.id}"."moduleVersion" set "tag" = '1.0.0' where "moduleId" = $1`,
    [id],
  );

/** Every write of what a version is made of. */
const writes = ({ author, versionId, command, hook, cronJob, library }: Awaited<ReturnType<typeof furnished>>) => {
  const { call } = author;
  const argument = command.arguments[0]!.id;
  return {
    createFunction: () => call(functions.createFunction, { versionId }),
    updateFunction: () => call(functions.updateFunction, { id: library.id, code: '//' }),
    removeFunction: () => call(functions.removeFunction, { id: library.id }),
    createCommand: () => call(commands.createCommand, { name: 'x', trigger: 'x', versionId }),
    updateCommand: () => call(commands.updateCommand, { id: command.id }),
    removeCommand: () => call(commands.removeCommand, { id: command.id }),
    createArgument: () => call(commands.createCommandArgument, { name: 'x', type: 'string', position: 5, commandId: command.id }),
    updateArgument: () => call(commands.updateCommandArgument, { id: argument, helpText: 'x' }),
    removeArgument: () => call(commands.removeCommandArgument, { id: argument }),
    createHook: () => call(hooks.createHook, { name: 'x', regex: '', versionId, eventType: 'log' }),
    updateHook: () => call(hooks.updateHook, { id: hook.id }),
    removeHook: () => call(hooks.removeHook, { id: hook.id }),
    createCronJob: () => call(cronJobs.createCronJob, { name: 'x', temporalValue: '0 * * * *', versionId }),
    updateCronJob: () => call(cronJobs.updateCronJob, { id: cronJob.id }),
    removeCronJob: () => call(cronJobs.removeCronJob, { id: cronJob.id }),
    createAssignment: () => call(createAssignment, { functionId: library.id, hook: hook.id }),
  };
};

describe('components', () => {
  test('what was written is read', async ({ world, domain }) => {
    const { author, command, hook, cronJob, library, versionId, module } = await furnished(world, domain);

    expect(command).toMatchObject({
      name: 'ping',
      description: null,
      trigger: 'ping',
      helpText: 'No help text available',
      function: { code: '// ping', name: null, versionId },
      requiredPermissions: [],
      arguments: [{ name: 'who', type: 'player', helpText: '', defaultValue: null, position: 0 }],
    });
    expect(cronJob.function.code).toContain("from '@takaro/helpers'");
    const version = await author.call(getModuleVersion, { id: versionId });
    expect(version).toMatchObject({ commands: [command], hooks: [hook], cronJobs: [cronJob], functions: [library], tag: 'latest' });
    expect(JSON.parse(version.systemConfigSchema)).toMatchObject({ required: ['commands', 'hooks', 'cronJobs'] });
    expect(await author.call(commands.getCommand, { id: command.id })).toEqual(command);
    expect(await author.call(hooks.getHook, { id: hook.id })).toEqual(hook);
    expect(await author.call(cronJobs.getCronJob, { id: cronJob.id })).toEqual(cronJob);
    expect(await author.call(functions.getFunction, { id: library.id })).toEqual(library);
    const filters = { moduleId: [module.id] };
    expect((await author.call(commands.searchCommands, { filters })).rows).toEqual([command]);
    expect((await author.call(hooks.searchHooks, { filters })).rows).toEqual([hook]);
    expect((await author.call(cronJobs.searchCronJobs, { filters })).rows).toEqual([cronJob]);
    expect((await author.call(functions.searchFunctions, { filters })).total).toBe(4);
    expect((await author.call(functions.searchFunctions, { filters: { moduleId: [newId()] } })).total).toBe(0);
    expect((await author.call(searchModuleVersions, { filters: { tag: ['latest'] } })).rows).toEqual([version]);
  });

  test('what was changed is read', async ({ world, domain }) => {
    const { author, command, hook, cronJob, library } = await furnished(world, domain);
    const { call } = author;

    const list = [{ name: 'a', type: 'string', position: 1, defaultValue: 'x' }];
    expect(
      await call(commands.updateCommand, {
        id: command.id,
        name: 'pong',
        trigger: 'p',
        requiredPermissions: ['A'],
        arguments: list,
        function: '//',
      }),
    ).toMatchObject({
      name: 'pong',
      trigger: 'p',
      requiredPermissions: ['A'],
      arguments: list,
      function: { id: command.functionId, code: '//' },
    });
    expect(await call(commands.updateCommand, { id: command.id })).toMatchObject({
      name: 'pong',
      requiredPermissions: [],
      arguments: list,
    });
    expect(await call(hooks.updateHook, { id: hook.id, regex: '', searchString: null, eventType: 'chat-message' })).toMatchObject({
      regex: '',
      searchString: null,
      eventType: 'chat-message',
    });
    expect(await call(cronJobs.updateCronJob, { id: cronJob.id, name: 'other', function: '//' })).toMatchObject({
      name: 'other',
      temporalValue: '0 * * * *',
      function: { code: '//' },
    });
    expect(await call(functions.updateFunction, { id: library.id, name: 'lib2' })).toMatchObject({ name: 'lib2', ...code('// lib') });
    const argument = await call(commands.createCommandArgument, { name: 'b', type: 'number', position: 2, commandId: command.id });
    expect(await call(commands.updateCommandArgument, { id: argument.id, helpText: 'How many' })).toMatchObject({
      name: 'b',
      helpText: 'How many',
    });
    await call(commands.removeCommandArgument, { id: argument.id });
    expect((await call(commands.getCommand, { id: command.id })).arguments).toHaveLength(1);
  });

  test('what was removed is gone with its function, unless another component runs that', async ({ world, domain }) => {
    const { author, command, hook, cronJob, library } = await furnished(world, domain);
    const { call } = author;
    await call(createAssignment, { functionId: command.functionId, hook: hook.id });

    await call(commands.removeCommand, { id: command.id });
    await call(cronJobs.removeCronJob, { id: cronJob.id });

    await expect(call(commands.getCommand, { id: command.id })).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
    await expect(call(functions.getFunction, { id: cronJob.function.id })).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    expect(await call(functions.getFunction, { id: command.functionId })).toMatchObject(code('// ping'));
    await call(functions.removeFunction, { id: library.id });
    await call(hooks.removeHook, { id: hook.id });
    await expect(call(hooks.getHook, { id: hook.id })).rejects.toMatchObject({ code: 'HOOK_NOT_FOUND' });
  });

  test('a function of no version can be kept, changed and removed', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);

    const { id, versionId } = await call(functions.createFunction, { name: 'loose' });

    expect(versionId).toBeNull();
    expect(await call(functions.updateFunction, { id, code: '//' })).toMatchObject(code('//'));
    expect(await call(functions.removeFunction, { id })).toEqual({});
  });
});

describe('assignments', () => {
  test('the first is made with the component, others follow in order', async ({ world, domain }) => {
    const { author, hook, library } = await furnished(world, domain);
    const { call } = author;

    const second = await call(createAssignment, { functionId: library.id, hook: hook.id });
    const later = await call(createAssignment, { functionId: library.id, hook: hook.id, position: 7 });
    const third = await call(createAssignment, { functionId: library.id, hook: hook.id });

    expect([second.position, later.position, third.position]).toEqual([1, 7, 8]);
    const { rows } = await call(searchAssignments, { filters: { hook: [hook.id] }, sortBy: 'position' });
    expect(rows.map(({ functionId }) => functionId)).toEqual([hook.function.id, library.id, library.id, library.id]);
    expect(rows[0]).toMatchObject({ hook: hook.id, command: null, cronJob: null });
    expect(await call(deleteAssignment, { id: second.id })).toEqual({});
    await expect(call(deleteAssignment, { id: second.id })).rejects.toMatchObject({ code: 'ASSIGNMENT_NOT_FOUND' });
    await expect(call(deleteAssignment, { id: rows[0]!.id })).rejects.toMatchObject({ code: 'ASSIGNMENT_ORIGINAL' });
    await expect(call(createAssignment, { functionId: library.id, hook: hook.id, position: 7 })).rejects.toMatchObject({
      code: 'ASSIGNMENT_TAKEN',
    });
  });

  test('exactly one component, of the same version, that is there', async ({ world, domain }) => {
    const { author, hook, command, library } = await furnished(world, domain);
    const { call } = author;
    const other = await author.command(await author.module(), 'other');
    const functionId = library.id;

    await expect(call(createAssignment, { functionId })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await expect(call(createAssignment, { functionId, hook: hook.id, command: command.id })).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
    });
    await expect(call(createAssignment, { functionId, command: other.id })).rejects.toMatchObject({ code: 'COMPONENT_NOT_IN_VERSION' });
    await expect(call(createAssignment, { functionId: newId(), hook: hook.id })).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    await expect(call(createAssignment, { functionId, hook: newId() })).rejects.toMatchObject({ code: 'HOOK_NOT_FOUND' });
    await expect(call(createAssignment, { functionId, command: newId() })).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
    await expect(call(createAssignment, { functionId, cronJob: newId() })).rejects.toMatchObject({ code: 'CRON_JOB_NOT_FOUND' });
  });
});

describe('refusals', () => {
  test('nothing of a built-in module or of a tagged version can be written', async ({ world, domain }) => {
    for (const [how, error] of [
      ['builtin', 'MODULE_BUILTIN'],
      ['tagged', 'VERSION_TAGGED'],
    ] as const) {
      const all = await furnished(world, domain);
      const extra = await all.author.call(createAssignment, { functionId: all.library.id, command: all.command.id });
      await seal(world, domain, all.module, how);
      const list = { ...writes(all), deleteAssignment: () => all.author.call(deleteAssignment, { id: extra.id }) };
      for (const [name, write] of Object.entries(list)) await expect(write(), name).rejects.toMatchObject({ code: error });
    }
  });

  test('names are unique in a version, names and positions of arguments in a command', async ({ world, domain }) => {
    const { author, versionId, command, module } = await furnished(world, domain);
    const { call } = author;
    const taken = { code: 'COMPONENT_NAME_TAKEN' };

    await expect(author.command(module, 'ping')).rejects.toMatchObject(taken);
    await expect(call(hooks.createHook, { name: 'hook', regex: '', versionId, eventType: 'log' })).rejects.toMatchObject(taken);
    await expect(call(cronJobs.createCronJob, { name: 'cron', temporalValue: '0 * * * *', versionId })).rejects.toMatchObject(taken);
    await expect(call(functions.createFunction, { name: 'lib', versionId })).rejects.toMatchObject(taken);
    const other = await author.command(module, 'other');
    await expect(call(commands.updateCommand, { id: other.id, name: 'ping' })).rejects.toMatchObject(taken);
    const hook = await call(hooks.createHook, { name: 'other', regex: '', versionId, eventType: 'log' });
    await expect(call(hooks.updateHook, { id: hook.id, name: 'hook' })).rejects.toMatchObject(taken);
    const job = await call(cronJobs.createCronJob, { name: 'other', temporalValue: '0 * * * *', versionId });
    await expect(call(cronJobs.updateCronJob, { id: job.id, name: 'cron' })).rejects.toMatchObject(taken);
    const fn = await call(functions.createFunction, { name: 'other', versionId });
    await expect(call(functions.updateFunction, { id: fn.id, name: 'lib' })).rejects.toMatchObject(taken);

    const argumentTaken = { code: 'COMMAND_ARGUMENT_TAKEN' };
    const who = { name: 'who', type: 'string', position: 3 };
    await expect(call(commands.createCommandArgument, { ...who, commandId: command.id })).rejects.toMatchObject(argumentTaken);
    await expect(call(commands.createCommandArgument, { ...who, name: 'b', position: 0, commandId: command.id })).rejects.toMatchObject(
      argumentTaken,
    );
    await expect(author.command(module, 'twice', { arguments: [who, who] })).rejects.toMatchObject(argumentTaken);
    await expect(call(commands.updateCommand, { id: command.id, arguments: [who, who] })).rejects.toMatchObject(argumentTaken);
    const b = await call(commands.createCommandArgument, { ...who, name: 'b', commandId: command.id });
    await expect(call(commands.updateCommandArgument, { id: b.id, name: 'who' })).rejects.toMatchObject(argumentTaken);
  });

  test('a version holds as many components and functions as the domain may have', async ({ world, domain }) => {
    const all = await furnished(world, domain);
    limitsOf.set(domain.id, { maxFunctionsInModule: 4 });
    const { createCommand, createHook, createCronJob, createFunction, updateHook } = writes(all);

    await expect.poll(() => createCommand().catch(({ code: error }) => error), { timeout: 5_000, interval: 500 }).toBe('FUNCTIONS_LIMIT');
    for (const write of [createHook, createCronJob, createFunction])
      await expect(write()).rejects.toMatchObject({ code: 'FUNCTIONS_LIMIT' });
    await updateHook();
  });

  test('a function that a component was written with goes with the component only', async ({ world, domain }) => {
    const { author, hook } = await furnished(world, domain);

    await expect(author.call(functions.removeFunction, { id: hook.function.id })).rejects.toMatchObject({ code: 'FUNCTION_IN_USE' });
  });

  test('what V8 does not compile is no pattern', async ({ world, domain }) => {
    const { author, hook, versionId } = await furnished(world, domain);
    const refused = { code: 'PATTERN_INVALID' };

    await expect(author.call(hooks.createHook, { name: 'bad', regex: '(', versionId, eventType: 'log' })).rejects.toMatchObject(refused);
    await expect(author.call(hooks.updateHook, { id: hook.id, regex: '[' })).rejects.toMatchObject(refused);
  });

  test("what is not there is not found, and what is another domain's neither", async ({ world, domain, otherDomain }) => {
    const { author, command, hook, cronJob, library, versionId } = await furnished(world, domain);
    const stranger: Author = await authorOf(world, otherDomain);
    for (const { call } of [stranger, author]) {
      const id = (own: string) => (call === author.call ? newId() : own);
      const refused = (asked: Promise<unknown>, error: string) => expect(asked).rejects.toMatchObject({ code: error });
      await refused(call(commands.getCommand, { id: id(command.id) }), 'COMMAND_NOT_FOUND');
      await refused(call(commands.updateCommand, { id: id(command.id) }), 'COMMAND_NOT_FOUND');
      await refused(call(commands.removeCommand, { id: id(command.id) }), 'COMMAND_NOT_FOUND');
      await refused(call(commands.createCommand, { name: 'a', trigger: 'a', versionId: id(versionId) }), 'VERSION_NOT_FOUND');
      await refused(
        call(commands.createCommandArgument, { name: 'a', type: 'a', position: 1, commandId: id(command.id) }),
        'COMMAND_NOT_FOUND',
      );
      await refused(call(commands.updateCommandArgument, { id: id(command.arguments[0]!.id) }), 'COMMAND_ARGUMENT_NOT_FOUND');
      await refused(call(commands.removeCommandArgument, { id: id(command.arguments[0]!.id) }), 'COMMAND_ARGUMENT_NOT_FOUND');
      await refused(call(hooks.updateHook, { id: id(hook.id) }), 'HOOK_NOT_FOUND');
      await refused(call(hooks.removeHook, { id: id(hook.id) }), 'HOOK_NOT_FOUND');
      await refused(call(hooks.createHook, { name: 'a', regex: '', versionId: id(versionId), eventType: 'log' }), 'VERSION_NOT_FOUND');
      await refused(call(cronJobs.getCronJob, { id: id(cronJob.id) }), 'CRON_JOB_NOT_FOUND');
      await refused(call(cronJobs.updateCronJob, { id: id(cronJob.id) }), 'CRON_JOB_NOT_FOUND');
      await refused(call(cronJobs.removeCronJob, { id: id(cronJob.id) }), 'CRON_JOB_NOT_FOUND');
      await refused(call(cronJobs.createCronJob, { name: 'a', temporalValue: '* * * * *', versionId: id(versionId) }), 'VERSION_NOT_FOUND');
      await refused(call(functions.updateFunction, { id: id(library.id) }), 'FUNCTION_NOT_FOUND');
      await refused(call(functions.removeFunction, { id: id(library.id) }), 'FUNCTION_NOT_FOUND');
      await refused(call(functions.createFunction, { versionId: id(versionId) }), 'VERSION_NOT_FOUND');
      await refused(call(getModuleVersion, { id: id(versionId) }), 'VERSION_NOT_FOUND');
    }
  });
});
