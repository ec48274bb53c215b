import { test as base } from 'vitest';
import type { TestDomain } from './world-domain.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export interface WorldFixtures {
  /** One for the test file. */
  readonly world: World;
  /** Fresh for each test. */
  readonly domain: TestDomain;
  readonly otherDomain: TestDomain;
}

/** `test` with a world for the file, in which `prepare` starts services and neighbours, and fresh domains for each test. */
export const worldTest = (prepare: (world: World) => Promise<unknown>, options: WorldOptions = {}) =>
  base.extend<WorldFixtures>({
    world: [
      async ({}, use) => {
        await using world = await openWorld(options);
        await prepare(world);
        await use(world);
      },
      { scope: 'file' },
    ],
    domain: async ({ world }, use) => use(await world.domain()),
    otherDomain: async ({ world }, use) => use(await world.domain()),
  });
