import { linkDomain, removeDomain } from '@takaro/contracts/platform';
import { MAIN_CELL } from '@takaro/tenant-db';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, eventOf, readOrders, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';

const test = worldTest(startModulesUnderTest);

test("a domain that was removed is unknown, and its last events are no one else's trouble", async ({ world, domain, otherDomain }) => {
  const orders = await readOrders(world);
  const gameServerId = await addGameServer(world, otherDomain);
  const other = await authorOf(world, otherDomain);
  const module = await other.module();
  await other.command(module, 'ping');
  await other.install(module, gameServerId);
  const tenancy = await world.busFor('tenancy');
  const cell = { cell: MAIN_CELL };
  const asked = { domainId: domain.id, token: await tenancy.serviceToken(domain.id) };
  await tenancy.call(linkDomain('modules'), cell, asked);

  await tenancy.call(removeDomain('modules'), cell, asked);

  const author = await authorOf(world, domain);
  await expect(author.module()).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
  await tell(world, eventOf(domain, 'role-created'));
  await tell(world, chat(otherDomain, personOn(gameServerId), '/ping'));
  await expect.poll(() => orders.of(otherDomain)).toHaveLength(1);
});
