import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { createHook } from '@takaro/contracts/modules/hooks';
import { updateModule } from '@takaro/contracts/modules/modules';
import { startModulesProcess } from '@takaro/modules/service';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, eventOf, limitsOf, readOrders, startNeighbours, tell, whispers } from './modules-world.ts';
import { chat, type Person, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const PATIENT = { timeout: 20_000 };
const clock = manualClock('2026-03-01T12:00:00.000Z');
let service: AsyncDisposable;
const test = worldTest(
  async (world) => {
    await startNeighbours(world);
    service = await world.start('modules', startModulesProcess);
  },
  { clock, limits: { domainWaiting: 30 } },
);
let orders: Awaited<ReturnType<typeof readOrders>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

/** A game server on which `/ping` is configured so, and `/mark` runs at once: what was said before it has been looked at then. */
async function commandWith(world: World, domain: TestDomain, ping: object) {
  const gameServerId = await addGameServer(world, domain);
  const author = await authorOf(world, domain);
  const module = await author.module();
  for (const trigger of ['ping', 'mark']) await author.command(module, trigger);
  await author.install(module, gameServerId, { commands: { ping } });
  const of = (name: string): ExecutionOrder[] => orders.of(domain).filter(({ componentName }) => componentName === name);
  const say = async (person: Person, ...texts: string[]) => {
    const before = of('mark').length;
    for (const text of texts) await tell(world, chat(domain, person, text));
    await tell(world, chat(domain, person, '/mark'));
    await expect.poll(() => of('mark').length, PATIENT).toBe(before + 1);
  };
  return { gameServerId, author, module, say, pings: () => of('ping'), runner: await runnerSide(world, domain.id) };
}

const delayed = async (world: World, domain: TestDomain) =>
  world.adminSql<{ dueAt: Date }>(`select "dueAt" from "takaro_modules"."due" where "kind" = 'order' and "domainId" = $1`, [domain.id]);

/** Nothing that modules does waits for what players are told. */
const told = (domain: TestDomain, messages: unknown[]) => expect.poll(() => whispers.get(domain.id), PATIENT).toEqual(messages);

describe('a delay', () => {
  test('is told to the player, and the command is queued once when it is over', async ({ world, domain }) => {
    const { gameServerId, say, pings, runner } = await commandWith(world, domain, { delay: 90 });
    const alice = personOn(gameServerId);

    await say(alice, '/ping');

    await told(domain, ['Your command will be executed in 90 seconds.']);
    clock.advance(89_000);
    await say(alice);
    expect([pings().length, (await delayed(world, domain)).length]).toEqual([0, 1]);
    clock.advance(1_000);
    await expect.poll(() => pings().length, PATIENT).toBe(1);
    await expect.poll(() => delayed(world, domain), PATIENT).toEqual([]);
    expect(await runner.claim(pings()[0]!)).toMatchObject({
      outcome: 'claimed',
      data: { player: { id: alice.player.id }, trigger: 'ping' },
    });
  });

  test('can be kept from the player', async ({ world, domain }) => {
    const { gameServerId, say } = await commandWith(world, domain, { delay: 1, cooldown: 60, announceDelay: false });

    await say(personOn(gameServerId), '/ping', '/ping');

    // What would have been told of the first was sent before what is told of the second.
    await told(domain, [expect.stringContaining('one command at a time')]);
    expect(await delayed(world, domain)).toHaveLength(1);
  });

  test('holds hooks too, and no domain has more delayed than may wait', async ({ world, domain }) => {
    const { gameServerId, author, say, pings } = await commandWith(world, domain, { delay: 60, announceDelay: false });
    const module = await author.module();
    await author.call(createHook, { name: 'late', eventType: 'player-death', regex: '', versionId: module.latestVersion.id });
    await author.install(module, gameServerId, { hooks: { late: { delay: 60 } } });
    const alice = personOn(gameServerId);
    await tell(world, eventOf(domain, 'player-death', { gameServerId }));

    await say(alice, ...Array.from({ length: 35 }, () => '/ping'));

    expect(await delayed(world, domain)).toHaveLength(30);
    clock.advance(60_000);
    await expect.poll(() => orders.of(domain).filter(({ componentName }) => componentName === 'late').length, PATIENT).toBe(1);
    await expect.poll(() => pings().length, PATIENT).toBe(29);
  });
});

describe('a cooldown', () => {
  test('keeps one player from a command while it runs and until its time is over', async ({ world, domain }) => {
    const { gameServerId, say, pings, runner } = await commandWith(world, domain, { cooldown: 60 });
    const [alice, bob] = [personOn(gameServerId), personOn(gameServerId, { name: 'Bob' })];
    await say(alice, '/ping', '/ping');
    await told(domain, [expect.stringContaining('one command at a time')]);
    await runner.claim(pings()[0]!);
    await runner.finish(pings()[0]!, 1, { success: false });

    await say(alice, '/ping');

    const until = new Date(clock.now() + 60_000).toISOString();
    await told(domain, [
      expect.stringContaining('one command at a time'),
      expect.stringContaining('Oops'),
      `This command can only be executed once every 60 seconds. You can execute it again at ${until}`,
    ]);
    expect(pings()).toHaveLength(1);
    await say(bob, '/ping');
    expect(pings().map(({ player }) => player?.id)).toEqual([alice.player.id, bob.player.id]);
    clock.advance(60_000);
    await say(alice, '/ping');
    expect(pings()).toHaveLength(3);
  });

  test('lets one of many through that come at once, also when its event comes again', async ({ world, domain }) => {
    const { gameServerId, say, pings } = await commandWith(world, domain, { cooldown: 3_600 });
    const alice = personOn(gameServerId);
    const event = chat(domain, alice, '/ping');
    await tell(world, event);
    await Promise.all(Array.from({ length: 10 }, () => tell(world, chat(domain, alice, '/ping'))));

    await tell(world, event, 'the stream forgot it');
    await say(alice);

    expect(new Set(pings().map(({ causeId }) => causeId))).toEqual(new Set([event.id]));
    await expect.poll(() => whispers.get(domain.id), PATIENT).toHaveLength(10);
  });

  test('is not closed by what was refused', async ({ world, domain }) => {
    const { gameServerId, author, module, say, pings, runner } = await commandWith(world, domain, { cooldown: 3_600 });
    const alice = personOn(gameServerId);
    await say(alice, '/ping');
    await author.call(updateModule, { id: module.id, enabled: false });
    expect(await runner.claim(pings()[0]!)).toEqual({ outcome: 'refused' });
    await author.call(updateModule, { id: module.id, enabled: true });

    await say(alice, '/ping');

    expect(pings()).toHaveLength(2);
  });

  test.for(['disabled', 'rate limited'] as const)('of a hook stays closed when its run is refused: %s', async (why, { world, domain }) => {
    limitsOf.set(domain.id, { rateLimitPoints: why === 'rate limited' ? 1 : 100 });
    const { gameServerId, author, say, runner } = await commandWith(world, domain, {});
    const module = await author.module();
    await author.call(createHook, { name: 'hook', eventType: 'chat-message', regex: '^hello', versionId: module.latestVersion.id });
    await author.install(module, gameServerId, { hooks: { hook: { cooldown: 3_600 } } });
    const named = (name: string): ExecutionOrder[] => orders.of(domain).filter(({ componentName }) => componentName === name);
    const alice = personOn(gameServerId);
    await say(alice, 'hello');
    await expect.poll(() => named('hook'), PATIENT).toHaveLength(1);
    expect((await runner.claim(named('mark')[0]!)).outcome).toBe('claimed');
    if (why === 'disabled') await author.call(updateModule, { id: module.id, enabled: false });
    expect(await runner.claim(named('hook')[0]!)).toEqual({ outcome: 'refused' });
    if (why === 'disabled') await author.call(updateModule, { id: module.id, enabled: true });

    await say(alice, 'hello');

    expect(named('hook')).toHaveLength(1);
  });

  test.for([
    ['player', 3],
    ['server', 2],
    ['global', 1],
  ] as const)('of a hook is for a %s', async ([cooldownType, expected], { world, domain }) => {
    const author = await authorOf(world, domain);
    const module = await author.module();
    await author.call(createHook, { name: 'hook', eventType: 'chat-message', regex: '', versionId: module.latestVersion.id });
    const servers = [await addGameServer(world, domain), await addGameServer(world, domain)];
    for (const gameServerId of servers) await author.install(module, gameServerId, { hooks: { hook: { cooldown: 60, cooldownType } } });
    const people = [personOn(servers[0]!), personOn(servers[0]!), personOn(servers[1]!)];
    const ran = () => orders.of(domain).length;

    for (const person of [...people, ...people]) await tell(world, chat(domain, person, 'hello'));

    await expect.poll(ran, PATIENT).toBe(expected);
    clock.advance(60_000);
    for (const person of people) await tell(world, chat(domain, person, 'hello'));
    await expect.poll(ran, PATIENT).toBe(2 * expected);
  });
});

// The last: nothing of modules runs in this world afterwards but what it starts.
test('what is delayed outlives every process', async ({ world, domain }) => {
  const { gameServerId, say, pings } = await commandWith(world, domain, { delay: 86_400 });
  await say(personOn(gameServerId), '/ping');
  await service[Symbol.asyncDispose]();
  clock.advance(86_400_000);

  await using _ = await startModulesProcess(await world.contextFor('modules'));

  await expect.poll(() => pings().length, PATIENT).toBe(1);
});
