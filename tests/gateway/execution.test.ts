import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { dataOf, expectRefused, row } from './module-shapes.ts';
import { type Rest, restTest } from './rest-world.ts';

const PATIENT = { timeout: 25_000, interval: 100 };

interface Played {
  readonly moduleId: string;
  readonly gameServerId: string;
  readonly playerId: string;
  readonly command: { readonly id: string };
  readonly hook: { readonly id: string };
  readonly cronJob: { readonly id: string };
}

/** A game with a player, where a command fails, a hook succeeds and a cron job does too, each triggered once. */
async function play(rest: Rest): Promise<Played> {
  const { ask } = rest;
  const { gameServerId } = await rest.openGame('played', ['Alice']);
  const [{ playerId }] = await dataOf(ask, 'POST', '/gameserver/player/search', {});
  const { id: moduleId, latestVersion } = await dataOf(ask, 'POST', '/module', { name: 'played' });
  const versionId = latestVersion.id;
  const command = await dataOf(ask, 'POST', '/command', {
    name: 'fail',
    trigger: 'fail',
    function: `throw new Error('as it should');`,
    versionId,
  });
  const hook = await dataOf(ask, 'POST', '/hook', {
    name: 'hook',
    regex: 'hi',
    eventType: 'log',
    function: `console.log('saw it');`,
    versionId,
  });
  const cronJob = await dataOf(ask, 'POST', '/cronjob', {
    name: 'cron',
    temporalValue: '0 0 1 1 *',
    function: `console.log('ran');`,
    versionId,
  });
  await dataOf(ask, 'POST', '/module/installation/', { versionId, gameServerId });
  expect(await dataOf(ask, 'POST', `/command/${gameServerId}/trigger`, { playerId, msg: '/fail' })).toEqual({});
  expect(await dataOf(ask, 'POST', '/hook/trigger', { gameServerId, eventType: 'log', eventMeta: { msg: 'hi' } })).toEqual({});
  expect(await dataOf(ask, 'POST', '/cronjob/trigger', { gameServerId, cronjobId: cronJob.id, moduleId })).toEqual({});
  const ended = async () =>
    (await dataOf(ask, 'POST', '/execution/search', { filters: { moduleId: [moduleId], state: ['failed', 'succeeded'] } })).length;
  await expect.poll(ended, PATIENT).toBe(3);
  const told = async () => (await dataOf(ask, 'POST', '/event/search', { filters: { moduleId: [moduleId], eventName: EXECUTED } })).length;
  await expect.poll(told, PATIENT).toBe(3);
  return { moduleId, gameServerId, playerId, command, hook, cronJob };
}

const EXECUTED = ['command-executed', 'hook-executed', 'cronjob-executed'];

const test = restTest().extend<{ played: Played }>({
  played: [async ({ rest }, use) => use(await play(rest)), { scope: 'file' }],
});

const eventOf = (eventName: string, { moduleId, gameServerId: gameserverId }: Played, rest: object) => ({
  eventName,
  moduleId,
  playerId: null,
  userId: null,
  gameserverId,
  actingUserId: null,
  actingModuleId: null,
  ...row,
  ...rest,
});

describe('the executions of a component', () => {
  test('are all, those that failed, or with success those that did not', async ({ rest: { ask }, played }) => {
    const { command, hook, cronJob, playerId } = played;
    const search = async (kind: string, id: string, query = '', body: unknown = {}) =>
      (await ask('POST', `/${kind}/${id}/executions${query}`, { body })).body;
    const none = { meta: { page: 0, limit: 100, total: 0 }, data: [] };
    const one = { page: 0, limit: 100, total: 1 };

    expect(await search('command', command.id)).toEqual({
      meta: one,
      data: [
        eventOf('command-executed', played, {
          playerId,
          meta: expect.objectContaining({
            command: { id: command.id, name: 'fail', arguments: {} },
            result: expect.objectContaining({ success: false }),
          }),
        }),
      ],
    });
    expect(await search('hook', hook.id, '?success=true')).toEqual({
      meta: one,
      data: [
        eventOf('hook-executed', played, {
          meta: expect.objectContaining({ hook: { id: hook.id, name: 'hook' }, result: expect.objectContaining({ success: true }) }),
        }),
      ],
    });
    expect((await search('cronjob', cronJob.id, '?success=true')).data).toMatchObject([
      { eventName: 'cronjob-executed', meta: { cronjob: { id: cronJob.id }, result: { success: true, logs: [{ msg: 'ran' }] } } },
    ]);
    expect(await search('command', command.id, '?success=true')).toEqual(none);
    expect(await search('hook', hook.id, '?success=false')).toEqual(none);
    expect(await search('cronjob', cronJob.id, '?success=false')).toEqual(none);
    expect(await search('hook', command.id)).toEqual(none);
    expect(await search('hook', newId())).toEqual(none);
  });

  test('are of both kinds where success is left out', async ({ rest: { ask } }) => {
    const hook = { id: newId(), name: 'by hand' };
    for (const success of [true, false])
      await dataOf(ask, 'POST', '/event', { eventName: 'hook-executed', meta: { hook, result: { success, logs: [] } } });

    const found = await dataOf(ask, 'POST', `/hook/${hook.id}/executions`, { sortBy: 'createdAt' });

    expect(found.map(({ meta }: { meta: { result: object } }) => meta.result)).toEqual([
      { success: true, logs: [] },
      { success: false, logs: [] },
    ]);
  });

  test('take a search of events, relations included', async ({ rest: { ask }, played }) => {
    const { command, moduleId, gameServerId, playerId } = played;
    const path = `/command/${command.id}/executions`;
    const found = (body: unknown) => dataOf(ask, 'POST', path, body);

    expect(
      await found({ filters: { moduleId: [moduleId], playerId: [playerId] }, extend: ['module', 'gameServer', 'player', 'user'] }),
    ).toMatchObject([{ module: { id: moduleId }, gameServer: { id: gameServerId }, player: { id: playerId }, user: null }]);
    expect(await found({ filters: { eventName: ['chat-message'] } })).toEqual([]);
    expect(await found({ filters: { moduleId: [newId()] } })).toEqual([]);
    expect(await found({ lessThan: { createdAt: '2020-01-01T00:00:00.000Z' } })).toEqual([]);
    await expectRefused(ask, 400, 'ValidationError', [
      ['POST', path, { extend: ['strange'] }],
      ['POST', path, { strange: 1 }],
      ['POST', `${path}?success=perhaps`, {}],
    ]);
  });
});

describe('executions', () => {
  test('are found, read and run again', async ({ rest: { ask }, played }) => {
    const { command, hook, moduleId, gameServerId, playerId } = played;
    const filters = { componentId: [command.id], trigger: ['command'], gameServerId: [gameServerId], rerunOf: ['null'] };
    const failed = await ask('POST', '/execution/search', { body: { filters } });

    const [{ id }] = failed.body.data;
    const execution = {
      state: 'failed',
      trigger: 'command',
      causeId: expect.any(String),
      componentId: command.id,
      componentName: 'fail',
      assignmentId: expect.any(String),
      functionId: expect.any(String),
      installationId: expect.any(String),
      moduleId,
      versionId: expect.any(String),
      gameServerId,
      playerId,
      attempt: 1,
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      durationMs: expect.any(Number),
      cpuMs: expect.any(Number),
      calls: 0,
      reason: failed.body.data[0].reason,
      rerunOf: null,
      ...row,
    };
    expect(failed.body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [execution] });
    expect(await dataOf(ask, 'GET', `/execution/${id}`)).toEqual({ ...execution, logs: expect.any(Array), truncated: false });
    expect(await dataOf(ask, 'POST', `/execution/${id}/rerun`)).toMatchObject({ componentId: command.id, rerunOf: id });

    const [succeeded] = await dataOf(ask, 'POST', '/execution/search', { filters: { componentId: [hook.id] } });
    await expectRefused(ask, 409, 'ConflictError', [['POST', `/execution/${succeeded.id}/rerun`]]);
    await expectRefused(ask, 404, 'NotFoundError', [
      ['GET', `/execution/${newId()}`],
      ['POST', `/execution/${newId()}/rerun`],
    ]);
  });
});

test('what is not there, or is not what an event holds, cannot be triggered', async ({ rest: { ask }, played }) => {
  const { gameServerId, playerId, cronJob, moduleId } = played;
  const event = { eventType: 'chat-message', eventMeta: { msg: 'hi', channel: 'global' } };

  await expectRefused(ask, 404, 'NotFoundError', [
    ['POST', `/command/${newId()}/trigger`, { playerId, msg: '/fail' }],
    ['POST', `/command/${gameServerId}/trigger`, { playerId: newId(), msg: '/fail' }],
    ['POST', '/hook/trigger', { gameServerId: newId(), ...event }],
    ['POST', '/hook/trigger', { gameServerId, playerId: newId(), ...event }],
    ['POST', '/cronjob/trigger', { gameServerId, cronjobId: newId(), moduleId }],
    ['POST', '/cronjob/trigger', { gameServerId, cronjobId: cronJob.id, moduleId: newId() }],
  ]);
  await expectRefused(ask, 400, 'ValidationError', [['POST', '/hook/trigger', { gameServerId, ...event, eventMeta: { msg: 1 } }]]);
});
