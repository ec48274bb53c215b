import { createAssignment } from '@takaro/contracts/modules/assignments';
import { createFunction } from '@takaro/contracts/modules/functions';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { expect } from 'vitest';
import { type Author, authorOf } from './author.ts';
import { addGameServer, type readOrders, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { type RunnerSide, runnerSide } from './runner-side.ts';

type Orders = Awaited<ReturnType<typeof readOrders>>;

/**
 * A domain in which a player said `/ping` on a game server, and the one order that came of it: so many functions are assigned to
 * the command.
 */
export async function pingedOn(world: World, domain: TestDomain, orders: Orders, functions: number) {
  const gameServerId = await addGameServer(world, domain);
  const author: Author = await authorOf(world, domain);
  const module = await author.module();
  const command = await author.command(module, 'ping');
  for (let more = 1; more < functions; more += 1) {
    const { id } = await author.call(createFunction, { versionId: module.latestVersion.id, code: `// ${more}` });
    await author.call(createAssignment, { functionId: id, command: command.id });
  }
  const installation = await author.install(module, gameServerId);
  const alice = personOn(gameServerId);
  const event = chat(domain, alice, '/ping');
  await tell(world, event);
  await expect.poll(() => orders.of(domain)).toHaveLength(1);
  const runner: RunnerSide = await runnerSide(world, domain.id);
  return { gameServerId, author, module, command, installation, alice, event, runner, order: orders.of(domain)[0]! };
}
