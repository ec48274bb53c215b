import { createAssignment, searchAssignments } from '@takaro/contracts/modules/assignments';
import { createCronJob, triggerCronJob } from '@takaro/contracts/modules/cron-jobs';
import { createFunction } from '@takaro/contracts/modules/functions';
import { createHook } from '@takaro/contracts/modules/hooks';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, readOrders, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';

let orders: Awaited<ReturnType<typeof readOrders>>;
const test = worldTest(startModulesUnderTest);
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

describe('what a trigger queues', () => {
  test('a command with two functions is one order with both, in their order', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    const command = await author.command(module, 'ping');
    const second = await author.call(createFunction, { versionId: module.latestVersion.id, name: 'second', code: '// second' });
    await author.call(createAssignment, { functionId: second.id, command: command.id });
    const installation = await author.install(module, gameServerId);
    const alice = personOn(gameServerId);

    const event = chat(domain, alice, '/PING hello');
    await tell(world, event);

    await expect.poll(() => orders.of(domain)).toHaveLength(1);
    const { rows } = await author.call(searchAssignments, { filters: { command: [command.id] }, sortBy: 'position' });
    expect(orders.of(domain)[0]).toMatchObject({
      trigger: 'command',
      causeId: event.id,
      installationId: installation.id,
      gameServerId,
      componentId: command.id,
      componentName: 'ping',
      assignments: [
        { assignmentId: rows[0]!.id, functionId: command.functionId },
        { assignmentId: rows[1]!.id, functionId: second.id },
      ],
      depth: 0,
      data: { trigger: 'PING', arguments: {}, chatMessage: { msg: '/PING hello' } },
      player: { id: alice.player.id },
      pog: { id: alice.pog.id },
    });
  });

  test('a hook with two functions is one order with both, in their order', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    const { id: versionId } = module.latestVersion;
    const hook = await author.call(createHook, { name: 'greet', regex: 'hello', versionId, eventType: 'chat-message' });
    const second = await author.call(createFunction, { versionId, code: '// second' });
    await author.call(createAssignment, { functionId: second.id, hook: hook.id });
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), 'oh hello you'));

    await expect.poll(() => orders.of(domain)).toHaveLength(1);
    expect(orders.of(domain)[0]).toMatchObject({
      trigger: 'hook',
      componentId: hook.id,
      assignments: [{ functionId: hook.function.id }, { functionId: second.id }],
      data: { gameServerId, eventData: { msg: 'oh hello you', channel: 'global' } },
    });
  });

  test('a cron job with two functions is one order with both, in their order', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    const { id: versionId } = module.latestVersion;
    const job = await author.call(createCronJob, { name: 'tick', temporalValue: '0 0 1 1 *', versionId });
    const second = await author.call(createFunction, { versionId, code: '// second' });
    await author.call(createAssignment, { functionId: second.id, cronJob: job.id });
    await author.install(module, gameServerId);

    await author.call(triggerCronJob, { gameServerId, cronjobId: job.id, moduleId: module.id });

    await expect.poll(() => orders.of(domain)).toHaveLength(1);
    const [order] = orders.of(domain);
    expect(order).toMatchObject({ trigger: 'cronjob', assignments: [{ functionId: job.function.id }, { functionId: second.id }] });
    expect(order?.data['triggerId']).toBe(order?.causeId);
  });
});
