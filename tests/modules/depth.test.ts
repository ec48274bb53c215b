import { consume } from '@takaro/bus';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { triggerCommand } from '@takaro/contracts/modules/commands';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { ExecutionOrder, type RunResult } from '@takaro/contracts/modules/executions';
import { createHook } from '@takaro/contracts/modules/hooks';
import { getPlayerContext } from '@takaro/contracts/players/internal';
import { openWorld, type World } from '@takaro/testing/world';
import { expect, test } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, eventOf, readEvents, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const PATIENT = { timeout: 30_000 };

/** What a function does, with the token of its execution; and how that ends. */
type Play = (order: ExecutionOrder, token: string) => Promise<Partial<RunResult>>;

/** Runs whatever is queued, in the place of the runner. @default it succeeds at once */
async function runAll(world: World, play: Play = async () => ({})): Promise<ExecutionOrder[]> {
  const ran: ExecutionOrder[] = [];
  await consume<ExecutionOrder>(await world.busFor('runner'), {
    stream: 'EXECUTIONS',
    schema: ExecutionOrder,
    react: async (order) => {
      const runner = await runnerSide(world, order.domainId);
      const claim = await runner.claim(order);
      await runner.finish(order, 1, claim.outcome === 'claimed' ? await play(order, claim.token) : {});
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

test('a chain through what players are told of failures ends at the limit too', { timeout: 60_000 }, async () => {
  await using world = await openWorld();
  await world.neighbour(getPlayerContext, ({ gameServerId }) => personOn(gameServerId));
  // As gameservers tells what it was asked to say.
  await startModulesUnderTest(world, ({ id: gameServerId, message: msg }, { domainId, claims }) => {
    const depth = claims?.depth === undefined ? 0 : claims.depth + 1;
    return tell(world, bareEvent({ name: 'chat-message', domainId, gameServerId, meta: { msg, channel: 'whisper' }, depth }));
  });
  const domain = await world.domain();
  const gateway = await world.busFor('gateway');
  const alice = personOn(await addGameServer(world, domain));
  const { gameServerId } = alice.pog;
  // The hook for the apology asks for the command, which fails and is apologized for.
  const ran = await runAll(world, async ({ trigger, domainId }, token) => {
    if (trigger === 'hook') await gateway.call(triggerCommand, { id: gameServerId, playerId: newId(), msg: '/fail' }, { domainId, token });
    return { success: trigger === 'hook' };
  });
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  await author.command(module, 'fail');
  await author.call(createHook, { name: 'again', eventType: 'chat-message', regex: '^Oops', versionId });
  await author.install(module, gameServerId);

  await tell(world, chat(domain, alice, '/fail'));

  const refused = async () => (await author.call(searchExecutions, { filters: { state: ['refused'] } })).rows;
  await expect.poll(refused, PATIENT).toMatchObject([{ componentName: 'fail', reason: expect.stringContaining('the limit is 8') }]);
  await expect.poll(() => ran.map(({ depth }) => depth), PATIENT).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
