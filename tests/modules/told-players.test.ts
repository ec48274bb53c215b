import type { Caller } from '@takaro/bus';
import type { RunResult } from '@takaro/contracts/modules/executions';
import { captureHold, holdCurrency, releaseHold } from '@takaro/contracts/players/internal';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, readOrders, settingsOf, startModulesUnderTest, tell, whispers } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

/** The first word of what modules had said to players, or that it took currency, with the depth that its token says; by domain. */
const asked = new Map<string, string[]>();
const note = ({ domainId, claims }: Caller, word: string | undefined): void =>
  void asked.set(domainId, [...(asked.get(domainId) ?? []), `${word} at ${claims?.depth}`]);

const test = worldTest(async (world) => {
  await world.neighbour(holdCurrency, () => ({}));
  await world.neighbour(releaseHold, () => ({}));
  await world.neighbour(captureHold, (_input, caller) => {
    note(caller, 'currency');
    return { captured: true };
  });
  await startModulesUnderTest(world, ({ message }, caller) => note(caller, message.split(' ')[0]));
});
let orders: Awaited<ReturnType<typeof readOrders>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

test('what a player is told, and what is taken of their currency, is said to be as deep as what caused it', async ({ world, domain }) => {
  const alice = personOn(await addGameServer(world, domain));
  const { gameServerId } = alice.pog;
  settingsOf.set(gameServerId, { unknownCommandFeedbackEnabled: 'true', unknownCommandFeedbackMessage: 'Unknown' });
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.command(module, 'guarded', { requiredPermissions: ['TELEPORTS_USE'] });
  await author.command(module, 'asks', { arguments: [{ name: 'who', type: 'string', position: 0 }] });
  await author.command(module, 'late');
  await author.command(module, 'buy');
  await author.install(module, gameServerId, { commands: { late: { delay: 3_600 }, buy: { cost: 10 } } });
  const runner = await runnerSide(world, domain.id);
  const orderAt = (depth: number) => orders.of(domain).find((order) => order.depth === depth)!;

  const texts = ['/guarded', '/asks', '/late', '/nonsense', '/buy', '/buy'];
  for (const [depth, text] of texts.entries()) await tell(world, chat(domain, alice, text, { depth }));
  await expect.poll(() => orders.of(domain)).toHaveLength(2);
  for (const depth of [4, 5]) {
    await runner.claim(orderAt(depth));
    await runner.finish(orderAt(depth), 1, { success: depth === 4 });
  }

  const expected = ['⚠️ at 0', 'You at 1', 'Your at 2', 'Unknown at 3', 'currency at 4', 'Oops, at 5'];
  await expect.poll(() => asked.get(domain.id)?.toSorted()).toEqual(expected.toSorted());
});

test('a command that a limit ended before it said anything is apologized for, and one that never began is not', async ({
  world,
  domain,
}) => {
  const alice = personOn(await addGameServer(world, domain));
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.command(module, 'ping');
  await author.install(module, alice.pog.gameServerId);
  const runner = await runnerSide(world, domain.id);
  for (let count = 0; count < 5; count += 1) await tell(world, chat(domain, alice, '/ping'));
  await expect.poll(() => orders.of(domain)).toHaveLength(5);
  const ends: Partial<RunResult>[] = [
    { reason: 'SyntaxError: Unexpected ";" (line 1, column 9): invalid javascript', neverBegan: true },
    { reason: 'cpu limit: more than 2000 ms' },
    { reason: 'wall clock: more than 10000 ms' },
    { reason: 'memory limit: more than 128 MB' },
    { userMessage: 'the last' },
  ];

  for (const [index, end] of ends.entries()) {
    const order = orders.of(domain)[index]!;
    await runner.claim(order);
    expect(await runner.finish(order, 1, { success: false, logs: [], ...end })).toEqual({ current: true });
  }

  const apology = expect.stringMatching(/^Oops/);
  await expect.poll(() => whispers.get(domain.id)).toEqual([apology, apology, apology, 'the last']);
});
