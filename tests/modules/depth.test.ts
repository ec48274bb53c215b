import { consume } from '@takaro/bus';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { createHook } from '@takaro/contracts/modules/hooks';
import { openWorld, type World } from '@takaro/testing/world';
import { expect, test } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, eventOf, readEvents, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const PATIENT = { timeout: 30_000 };

/** Runs whatever is queued, in the place of the runner: it succeeds at once. */
async function runAll(world: World): Promise<ExecutionOrder[]> {
  const ran: ExecutionOrder[] = [];
  await consume<ExecutionOrder>(await world.busFor('runner'), {
    stream: 'EXECUTIONS',
    schema: ExecutionOrder,
    react: async (order) => {
      const runner = await runnerSide(world, order.domainId);
      await runner.claim(order);
      await runner.finish(order, 1);
      ran.push(order);
    },
  });
  return ran;
}

// The second is the control: it is the limit that ends the chain.
test.each([8, 11])(
  'a hook for its own execution runs %i times, then it is refused, which is recorded',
  { timeout: 60_000 },
  async (eventDepth) => {
    await using world = await openWorld({ limits: { eventDepth } });
    await startModulesUnderTest(world);
    const domain = await world.domain();
    const events = await readEvents(world);
    const ran = await runAll(world);
    const alice = personOn(await addGameServer(world, domain));
    const { gameServerId } = alice.pog;
    const author = await authorOf(world, domain);
    const module = await author.module();
    const { id: versionId } = module.latestVersion;
    for (const eventType of ['chat-message', 'hook-executed', 'player-death'] as const)
      await author.call(createHook, { name: eventType, eventType, regex: '', versionId });
    await author.install(module, gameServerId);

    await tell(world, chat(domain, alice, 'hello'));

    const told = (): EventEnvelope[] => events.of(domain, 'hook-executed');
    await expect.poll(() => told().map(({ depth }) => depth), PATIENT).toContain(eventDepth + 1);
    // Events of a game server are matched in order: when this one has run, the refusal has been looked at.
    await tell(world, eventOf(domain, 'player-death', { gameServerId, depth: eventDepth - 1 }));
    await expect.poll(() => ran.map(({ componentName }) => componentName), PATIENT).toContain('player-death');
    expect(ran.filter(({ componentName }) => componentName !== 'player-death').map(({ depth }) => depth)).toEqual(
      Array.from({ length: eventDepth }, (_, depth) => depth),
    );
    const { rows } = await author.call(searchExecutions, { filters: { state: ['refused'] } });
    expect(rows[0]).toMatchObject({ componentName: 'hook-executed', reason: expect.stringContaining(`the limit is ${eventDepth}`) });
  },
);
