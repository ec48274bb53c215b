/* oxlint-disable max-lines -- modules and installations, whose events are read by one set-up */
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import { triggerCommand } from '@takaro/contracts/modules/commands';
import { createCronJob, triggerCronJob } from '@takaro/contracts/modules/cron-jobs';
import { createHook, triggerHook } from '@takaro/contracts/modules/hooks';
import { getInstallation, installModule, searchInstallations, uninstallModule } from '@takaro/contracts/modules/installations';
import { getModulesByIds } from '@takaro/contracts/modules/internal';
import { createModule, getModule, removeModule, searchModules, updateModule } from '@takaro/contracts/modules/modules';
import { getPlayerContext } from '@takaro/contracts/players/internal';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { authorOf } from './author.ts';
import {
  addGameServer,
  eventOf,
  limitsOf,
  readEvents,
  readOrders,
  startModulesUnderTest,
  tell,
  unknownGameServers,
} from './modules-world.ts';
import { personOn } from './people.ts';

const unknownPlayer = newId();
const test = worldTest(async (world) => {
  await world.neighbour(getPlayerContext, ({ playerId, gameServerId }) => {
    if (playerId === unknownPlayer) throw new ServiceError('PLAYER_NOT_FOUND');
    return personOn(gameServerId);
  });
  await startModulesUnderTest(world);
});
let events: Awaited<ReturnType<typeof readEvents>>;
let orders: Awaited<ReturnType<typeof readOrders>>;
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
  orders = await readOrders(world);
});

const schemaOf = (properties: object, required: string[] = []) =>
  JSON.stringify({ type: 'object', properties, required, additionalProperties: false });

describe('modules', () => {
  test('a module has a version latest with the defaults of the published API', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);

    const module = await call(createModule, { name: 'My module' });

    expect(module).toMatchObject({
      name: 'My module',
      enabled: true,
      builtin: null,
      author: 'Unknown',
      supportedGames: ['all'],
      versions: [{ id: module.latestVersion.id, tag: 'latest' }],
      latestVersion: {
        tag: 'latest',
        description: 'No description',
        uiSchema: '{}',
        defaultSystemConfig: null,
        commands: [],
        permissions: [],
      },
    });
    expect(JSON.parse(module.latestVersion.configSchema)).toMatchObject({ type: 'object', properties: {}, additionalProperties: false });
    expect(await call(getModule, { id: module.id })).toEqual(module);
    expect((await call(searchModules, { filters: { name: ['My module'], supportedGames: ['all'] } })).rows).toEqual([module]);
    expect((await call(searchModules, { filters: { supportedGames: ['rust'] } })).rows).toEqual([]);
    expect(await call(getModulesByIds, { ids: [module.id, newId()] })).toEqual([module]);
  });

  test('it is changed and removed, and all of it is told', async ({ world, domain }) => {
    const { call } = await authorOf(world, domain);
    const permission = { permission: 'TP_USE', friendlyName: 'Use', description: 'May teleport' };
    const { id } = await call(createModule, { name: 'first', latestVersion: { permissions: [permission] } });

    const changed = await call(updateModule, {
      id,
      name: 'second',
      author: 'Me',
      supportedGames: ['rust'],
      latestVersion: { description: 'Text' },
    });
    expect(changed).toMatchObject({ name: 'second', author: 'Me', supportedGames: ['rust'] });
    expect(changed.latestVersion).toMatchObject({ description: 'Text', permissions: [{ ...permission, canHaveCount: false }] });
    expect((await call(updateModule, { id, latestVersion: { permissions: [] } })).latestVersion.permissions).toEqual([]);
    expect(await call(removeModule, { id })).toEqual({});

    await expect(call(getModule, { id })).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
    await expect(call(updateModule, { id })).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
    await expect(call(removeModule, { id })).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
    await expect
      .poll(() =>
        events
          .of(domain)
          .map(({ name }) => name)
          .toSorted(),
      )
      .toEqual(['module-created', 'module-deleted', 'module-updated', 'module-updated']);
  });

  test('refusals: taken names, limits, schemas that do not compile, built-in modules', async ({ world, domain }) => {
    const author = await authorOf(world, domain);
    const { call } = author;
    const { id, name } = await author.module();
    const other = await author.module();

    await expect(call(createModule, { name })).rejects.toMatchObject({ code: 'MODULE_NAME_TAKEN' });
    await expect(call(updateModule, { id: other.id, name })).rejects.toMatchObject({ code: 'MODULE_NAME_TAKEN' });
    for (const configSchema of ['{"type":"strange"}', schemaOf({}, ['missing']), schemaOf({ a: { type: 'string', pattern: '(?=a)' } })]) {
      const latestVersion = { configSchema };
      await expect(call(createModule, { name: 'third', latestVersion })).rejects.toMatchObject({ code: 'CONFIG_SCHEMA_INVALID' });
      await expect(call(updateModule, { id, latestVersion })).rejects.toMatchObject({ code: 'CONFIG_SCHEMA_INVALID' });
    }
    const broken = call(createModule, { name: 'third', latestVersion: { configSchema: 'nonsense' } });
    await expect(broken).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    const latestVersion = { defaultSystemConfig: '{"commands":{}}' };
    await expect(call(createModule, { name: 'third', latestVersion })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(call(updateModule, { id, latestVersion })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await world.adminSql(`update "domain_${domain.id}"."module" set "builtin" = 'x' where "id" = $1`, [id]);
    await expect(call(updateModule, { id })).rejects.toMatchObject({ code: 'MODULE_BUILTIN' });
    await expect(call(removeModule, { id })).rejects.toMatchObject({ code: 'MODULE_BUILTIN' });
    limitsOf.set(domain.id, { maxModules: 1 });
    await expect
      .poll(() => call(createModule, { name: `over ${newId()}`.slice(0, 40) }).catch(({ code }) => code), { timeout: 5_000, interval: 500 })
      .toBe('MODULES_LIMIT');
  });

  test('of many who come to the limit at once no more get in than it lets', async ({ world, domain }) => {
    const author = await authorOf(world, domain);
    limitsOf.set(domain.id, { maxModules: 2 });

    await Promise.allSettled(Array.from({ length: 6 }, () => author.module()));

    expect((await author.call(searchModules, {})).total).toBe(2);
  });
});

describe('installations', () => {
  test('defaults are filled in, configuration is checked, and a second time replaces the first', async ({ world, domain }) => {
    const author = await authorOf(world, domain);
    const { call } = author;
    const gameServerId = await addGameServer(world, domain);
    const configSchema = schemaOf({ greeting: { type: 'string', default: 'hi' }, times: { type: 'number' } }, ['times']);
    const module = await call(createModule, { name: 'config', latestVersion: { configSchema } });
    const { id: versionId } = module.latestVersion;
    await author.command(module, 'ping');

    await expect(call(installModule, { versionId, gameServerId })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    for (const systemConfig of ['[]', '{"strange":1}', '{"commands":{"ping":{"cooldown":604801}}}', '{"commands":{"ping":{"delay":-1}}}']) {
      const asked = call(installModule, { versionId, gameServerId, userConfig: '{"times":1}', systemConfig });
      await expect(asked).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
    const first = await call(installModule, { versionId, gameServerId, userConfig: '{"times":3}' });
    expect(first).toMatchObject({
      gameserverId: gameServerId,
      moduleId: module.id,
      versionId,
      userConfig: { greeting: 'hi', times: 3 },
      systemConfig: { enabled: true, commands: { ping: { enabled: true, delay: 0, announceDelay: true, cooldown: 0, cost: 0 } } },
      module: { id: module.id },
      version: { id: versionId },
    });
    const second = await call(installModule, { versionId, gameServerId, userConfig: '{"times":4}' });
    expect(second.id).not.toBe(first.id);
    expect((await call(searchInstallations, { filters: { gameserverId: [gameServerId] } })).rows).toEqual([second]);
    expect(await call(getInstallation, { moduleId: module.id, gameServerId })).toEqual(second);
    await author.command(module, 'later');
    expect((await call(getInstallation, { moduleId: module.id, gameServerId })).systemConfig).toMatchObject({
      commands: { later: { enabled: true } },
    });
    expect(await call(uninstallModule, { moduleId: module.id, gameServerId })).toMatchObject({ id: second.id });
    await expect(call(uninstallModule, { moduleId: module.id, gameServerId })).rejects.toMatchObject({ code: 'INSTALLATION_NOT_FOUND' });
    await expect(call(getInstallation, { moduleId: module.id, gameServerId })).rejects.toMatchObject({ code: 'INSTALLATION_NOT_FOUND' });
    await expect
      .poll(() =>
        events
          .of(domain)
          .filter(({ name }) => name.startsWith('module-') && name !== 'module-updated')
          .map(({ name }) => name)
          .toSorted(),
      )
      .toEqual(['module-created', 'module-installed', 'module-installed', 'module-uninstalled', 'module-uninstalled']);
  });

  test('of many who install or uninstall at once each is answered, one is installed, and it is taken away once', async ({
    world,
    domain,
  }) => {
    const author = await authorOf(world, domain);
    const { call } = author;
    const gameServerId = await addGameServer(world, domain);
    const module = await author.module();
    const five = <T>(ask: () => Promise<T>) => Promise.allSettled(Array.from({ length: 5 }, ask));

    const installed = await five(() => author.install(module, gameServerId));
    const { total } = await call(searchInstallations, {});
    const uninstalled = await five(() => call(uninstallModule, { moduleId: module.id, gameServerId }));

    expect(installed.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'fulfilled'));
    expect(total).toBe(1);
    expect(uninstalled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(uninstalled.filter(({ status }) => status === 'rejected')).toMatchObject(
      Array.from({ length: 4 }, () => ({ reason: { code: 'INSTALLATION_NOT_FOUND' } })),
    );
    await expect.poll(() => events.of(domain, 'module-uninstalled').length).toBe(5);
  });

  test('on a game server that is not there nothing is installed, and with one that goes all goes', async ({ world, domain }) => {
    const author = await authorOf(world, domain);
    const module = await author.module();
    const gameServerId = await addGameServer(world, domain);
    const { id: versionId } = module.latestVersion;
    await expect(author.call(installModule, { versionId, gameServerId: newId() })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
    await expect(author.call(installModule, { versionId: newId(), gameServerId })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
    await author.install(module, gameServerId);

    await tell(world, eventOf(domain, 'gameserver-deleted', { gameServerId }));

    await expect.poll(async () => (await author.call(searchInstallations, {})).total).toBe(0);
  });

  test('what somebody writes by hand runs hooks, and nothing rests on it', async ({ world, domain }) => {
    const author = await authorOf(world, domain);
    const module = await author.module();
    const gameServerId = await addGameServer(world, domain);
    await author.call(createHook, { name: 'gone', regex: '', versionId: module.latestVersion.id, eventType: 'gameserver-deleted' });
    await author.install(module, gameServerId);

    await tell(world, eventOf(domain, 'gameserver-deleted', { gameServerId, byHand: true }));

    // What follows from an event is done before its hooks are run.
    await expect.poll(() => orders.of(domain).length).toBe(1);
    expect((await author.call(searchInstallations, {})).total).toBe(1);
  });
});

describe('triggers by hand', () => {
  test('a command, a hook and a cron job run once more each time', async ({ world, domain }) => {
    const author = await authorOf(world, domain);
    const { call } = author;
    const gameServerId = await addGameServer(world, domain);
    const module = await author.module();
    const { id: versionId } = module.latestVersion;
    await author.command(module, 'ping');
    await call(createHook, { name: 'hook', regex: 'hi', versionId, eventType: 'chat-message' });
    const job = await call(createCronJob, { name: 'job', temporalValue: '0 0 1 1 *', versionId });
    await author.install(module, gameServerId);
    const playerId = newId();
    const cron = { gameServerId, cronjobId: job.id, moduleId: module.id };
    const hook = { gameServerId, playerId, eventType: 'chat-message' as const, eventMeta: { msg: 'hi', channel: 'global' } };

    for (let turn = 0; turn < 2; turn += 1) {
      await call(triggerCommand, { id: gameServerId, playerId, msg: '/ping' });
      await call(triggerHook, hook);
      await call(triggerCronJob, cron);
    }

    await expect
      .poll(() =>
        orders
          .of(domain)
          .map(({ trigger }) => trigger)
          .toSorted(),
      )
      .toEqual(['command', 'command', 'cronjob', 'cronjob', 'hook', 'hook']);
    expect(new Set(orders.of(domain).map(({ causeId }) => causeId)).size).toBe(6);

    await expect(call(triggerCommand, { id: gameServerId, playerId: unknownPlayer, msg: '/ping' })).rejects.toMatchObject({
      code: 'PLAYER_NOT_FOUND',
    });
    await expect(call(triggerHook, { ...hook, playerId: unknownPlayer })).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
    await expect(call(triggerHook, { ...hook, eventMeta: { msg: 1 } })).rejects.toMatchObject({ code: 'EVENT_META_INVALID' });
    await expect(call(triggerCronJob, { ...cron, cronjobId: newId() })).rejects.toMatchObject({ code: 'CRON_JOB_NOT_FOUND' });
    await expect(call(triggerCronJob, { ...cron, moduleId: newId() })).rejects.toMatchObject({ code: 'INSTALLATION_NOT_FOUND' });
    const unknown = { code: 'GAMESERVER_NOT_FOUND' };
    const stranger = newId();
    unknownGameServers.add(stranger);
    await expect(call(triggerCommand, { id: stranger, playerId, msg: '/ping' })).rejects.toMatchObject(unknown);
    await expect(call(triggerHook, { ...hook, gameServerId: stranger })).rejects.toMatchObject(unknown);
  });
});
