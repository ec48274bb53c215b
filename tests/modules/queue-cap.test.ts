import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, readEvents, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';

const test = worldTest(startModulesUnderTest, { limits: { domainWaiting: 5 } });
let events: Awaited<ReturnType<typeof readEvents>>;
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

test('what a domain triggers beyond its cap is refused, and each refusal is told', async ({ world, domain, otherDomain }) => {
  for (const tenant of [domain, otherDomain]) {
    const gameServerId = await addGameServer(world, tenant);
    const author = await authorOf(world, tenant);
    const module = await author.module();
    await author.command(module, 'ping');
    await author.install(module, gameServerId);
    const many = tenant === domain ? 8 : 1;
    for (let more = 0; more < many; more += 1) await tell(world, chat(tenant, personOn(gameServerId), '/ping'));
  }

  await expect.poll(() => events.of(domain, 'command-executed'), { timeout: 20_000 }).toHaveLength(3);
  const author = await authorOf(world, domain);
  const { rows } = await author.call(searchExecutions, {});
  expect(rows.map(({ state }) => state)).toEqual(['refused', 'refused', 'refused']);
  expect(rows[0]?.reason).toContain('the limit is 5');
  expect(events.of(otherDomain, 'command-executed')).toEqual([]);
});
