import type { RequestContract } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { giveSettingsRow, startGameServersUnderTest, type Surroundings } from './gameservers-world.ts';

interface Shared {
  domain: TestDomain;
  surroundings: Surroundings;
}

/** A file whose tests share a domain, known to them as `shared`, in which each has game servers and players of its own. */
export function testsInOneDomain() {
  let opened: Shared | undefined;
  const current = (): Shared => {
    if (!opened) throw new Error('The domain is there from the first test on');
    return opened;
  };
  const shared: Readonly<Shared> & { readonly userId: string } = {
    userId: newId(),
    get domain() {
      return current().domain;
    },
    get surroundings() {
      return current().surroundings;
    },
  };
  let started: Surroundings;
  const test = worldTest(
    async (world) => {
      started = await startGameServersUnderTest(world);
    },
    { limits: { actionTimeoutMs: 1_000 } },
  );
  test.beforeAll(async ({ world }) => {
    started.maxGameServers = 1_000;
    opened = { domain: await world.domain(), surroundings: started };
    await giveSettingsRow(world, opened.domain);
  });
  /** As a user who may do everything there. */
  const ask = async <In, Out>(world: World, contract: RequestContract<In, Out>, input: In): Promise<Out> => {
    const { domain, userId } = shared;
    const gateway = await world.busFor('gateway');
    return await gateway.call(contract, input, { domainId: domain.id, token: await world.tokens.user(domain.id, ['ROOT'], userId) });
  };
  return { test, shared, ask };
}
