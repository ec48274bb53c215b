import { newId } from '@takaro/contracts/ids';
import { LIMITS } from '@takaro/contracts/limits';
import { getExecution, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { finishExecution, getVersionContent } from '@takaro/contracts/modules/executions';
import { updateFunction } from '@takaro/contracts/modules/functions';
import { uninstallModule } from '@takaro/contracts/modules/installations';
import { updateModule } from '@takaro/contracts/modules/modules';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { limitsOf, readEvents, readOrders, startModulesUnderTest, tell, whispers } from './modules-world.ts';
import { chat } from './people.ts';
import { pingedOn } from './pinged.ts';
import { GOOD_RUN } from './runner-side.ts';

/** For what a tick of the service has to notice. */
const PATIENT = { timeout: 8_000 };
const clock = manualClock('2026-03-01T12:00:00.000Z');
const test = worldTest(startModulesUnderTest, { clock });
let orders: Awaited<ReturnType<typeof readOrders>>;
let events: Awaited<ReturnType<typeof readEvents>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
  events = await readEvents(world);
});

const ping = (world: World, domain: TestDomain, functions = 1) => pingedOn(world, domain, orders, functions);

describe('claiming', () => {
  test('of 20 who ask at once one gets the execution', async ({ world, domain }) => {
    const { runner, order } = await ping(world, domain);

    const answers = await Promise.all(Array.from({ length: 20 }, () => runner.claim(order)));

    expect(answers.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === 'taken')).toHaveLength(19);
  });

  test('who gets it gets what the function is run with', async ({ world, domain }) => {
    const { runner, order, gameServerId, module, command, installation, alice } = await ping(world, domain);

    const answer = await runner.claim(order);

    expect(answer).toMatchObject({
      outcome: 'claimed',
      attempt: 1,
      leaseUntil: '2026-03-01T12:00:15.000Z',
      versionId: module.latestVersion.id,
      data: {
        domainId: domain.id,
        functionId: command.functionId,
        itemId: command.id,
        gameServerId,
        module: {
          id: installation.id,
          gameserverId: gameServerId,
          moduleId: module.id,
          versionId: module.latestVersion.id,
          userConfig: {},
          systemConfig: { enabled: true, commands: { ping: { enabled: true, delay: 0, announceDelay: true, cooldown: 0, cost: 0 } } },
          module: { id: module.id, name: module.name },
        },
        player: { id: alice.player.id },
        pog: { id: alice.pog.id },
        arguments: {},
        trigger: 'ping',
        chatMessage: { msg: '/ping', channel: 'global' },
      },
    });
  });

  test('its token is one of the execution, with the rights of ROOT and the depth of its cause', async ({ world, domain }) => {
    const { runner, order, module } = await ping(world, domain);

    const answer = await runner.claim(order);

    const token = answer.outcome === 'claimed' ? answer.token : '';
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
    expect(claims).toMatchObject({ sub: order.assignments[0]!.executionId, dom: domain.id, perms: ['ROOT'], mod: module.id, depth: 0 });
    await expect((await world.busFor('gateway')).call(searchExecutions, {}, { domainId: domain.id, token })).resolves.toMatchObject({
      total: 1,
    });
  });

  test('its token is over when the lease is, and so is each that a heartbeat answers', async ({ world, domain }) => {
    const { runner, order } = await ping(world, domain);
    const answer = await runner.claim(order);
    const { renewed } = await runner.heartbeat(order, 1);

    for (const token of [answer.outcome === 'claimed' ? answer.token : '', renewed[0]?.token ?? '']) {
      const { iat, exp, depth, mod } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
      expect({ lifetimeS: exp - iat, depth, mod }).toEqual({ lifetimeS: LIMITS.leaseMs / 1_000, depth: 0, mod: order.moduleId });
    }
  });

  test('what was uninstalled meanwhile is refused, written down and told', async ({ world, domain }) => {
    const { runner, order, author, module, gameServerId } = await ping(world, domain);
    await author.call(uninstallModule, { moduleId: module.id, gameServerId });

    expect(await runner.claim(order)).toEqual({ outcome: 'refused' });

    await expect.poll(() => events.of(domain, 'command-executed')).toHaveLength(1);
    expect(events.of(domain, 'command-executed')[0]?.meta).toMatchObject({ result: { success: false, reason: expect.any(String) } });
    const { rows } = await author.call(searchExecutions, {});
    expect(rows).toMatchObject([{ state: 'refused', reason: 'The module was disabled or uninstalled' }]);
    expect(await runner.claim(order)).toEqual({ outcome: 'finished' });
  });

  test('what was disabled meanwhile is refused', async ({ world, domain }) => {
    const { runner, order, author, module } = await ping(world, domain);
    await author.call(updateModule, { id: module.id, enabled: false });

    expect(await runner.claim(order)).toEqual({ outcome: 'refused' });
  });

  test('over the rate of the domain it is refused, and said when to try again: then it is not', async ({ world, domain }) => {
    limitsOf.set(domain.id, { rateLimitPoints: 1, rateLimitDuration: 60_000 });
    const { runner, order, author, alice } = await ping(world, domain, 2);

    expect((await runner.claim(order, 0)).outcome).toBe('claimed');
    clock.advance(10_000);
    expect((await runner.claim(order, 1)).outcome).toBe('refused');

    await expect.poll(() => events.of(domain, 'command-executed')).toHaveLength(1);
    expect(events.of(domain, 'command-executed')[0]?.meta).toMatchObject({
      result: { reason: 'rate limited', tryAgainIn: expect.any(Number) },
    });
    expect((await author.call(searchExecutions, { filters: { state: ['refused'] } })).total).toBe(1);

    clock.advance(50_000);
    await tell(world, chat(domain, alice, '/ping'));
    await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
    expect((await runner.claim(orders.of(domain)[1]!)).outcome).toBe('claimed');
  });
});

describe('finishing', () => {
  test('what a run did is written, told and can be read', async ({ world, domain }) => {
    const { runner, order, author, command, alice } = await ping(world, domain);
    await runner.claim(order);

    expect(await runner.finish(order, 1)).toEqual({ current: true });

    const id = order.assignments[0]!.executionId;
    expect(await author.call(getExecution, { id })).toMatchObject({
      state: 'succeeded',
      attempt: 1,
      componentName: 'ping',
      playerId: alice.player.id,
      logs: GOOD_RUN.logs,
      truncated: false,
      calls: 1,
      durationMs: 12.5,
    });
    await expect.poll(() => events.of(domain, 'command-executed')).toHaveLength(1);
    expect(events.of(domain, 'command-executed')[0]).toMatchObject({
      moduleId: order.moduleId,
      playerId: alice.player.id,
      gameServerId: order.gameServerId,
      meta: { result: { success: true, logs: GOOD_RUN.logs }, command: { id: command.id, name: 'ping', arguments: {} }, execution: { id } },
      depth: 1,
    });
  });

  test('a second finish changes nothing', async ({ world, domain }) => {
    const { runner, order, author } = await ping(world, domain);
    await runner.claim(order);
    await runner.finish(order, 1);

    expect(await runner.finish(order, 1, { success: false, reason: 'too late' })).toEqual({ current: false });

    expect(await author.call(getExecution, { id: order.assignments[0]!.executionId })).toMatchObject({ state: 'succeeded', reason: null });
  });

  test('the player is told the text of a TakaroUserError, and an apology for anything else', async ({ world, domain }) => {
    const { runner, order } = await ping(world, domain, 2);
    await runner.claim(order, 0);
    await runner.claim(order, 1);

    await runner.finish(order, 1, { success: false, userMessage: 'You are too far away' }, 0);
    await expect.poll(() => whispers.get(domain.id)).toEqual(['You are too far away']);
    await runner.finish(order, 1, { success: false }, 1);

    await expect.poll(() => whispers.get(domain.id)?.[1]).toMatch(/^Oops/);
  });

  test('an execution that nobody claimed cannot be finished', async ({ world, domain }) => {
    const { runner } = await ping(world, domain);

    const finished = runner.call(finishExecution, { executionId: newId(), attempt: 1, result: GOOD_RUN });

    await expect(finished).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });
});

test('the content of a version grows a revision with every change', async ({ world, domain }) => {
  const { runner, order, author, command } = await ping(world, domain);
  const { versionId } = order;
  const before = await runner.call(getVersionContent, { versionId, revision: 1 });
  expect(before.functions).toEqual([{ id: command.functionId, name: null, code: '// ping' }]);

  await author.call(updateFunction, { id: command.functionId, code: '// changed' });

  const after = await runner.call(getVersionContent, { versionId, revision: before.revision });
  expect(after.revision).toBeGreaterThan(before.revision);
  expect(after.functions[0]?.code).toBe('// changed');
  expect(after.version).toMatchObject({ id: versionId, tag: 'latest', commands: [{ id: command.id, name: 'ping', trigger: 'ping' }] });
  await expect(runner.call(getVersionContent, { versionId: newId(), revision: 1 })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
});
