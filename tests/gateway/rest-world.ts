import { noteAnswers } from '@takaro/testing/answer-record';
import { openWorld, type World, type WorldOptions } from '@takaro/testing/world';
import { inject, test as base } from 'vitest';
import { type Edges, startAllServices } from '../all-services.ts';
import { openRestDomain, type RestDomain } from './rest-domain.ts';

/** All services and the gateway in one world, asked over HTTP alone. */
export interface Rest extends RestDomain, Edges {
  readonly world: World;
  /** Another domain. The fields are those of `POST /domain`. */
  openDomain(fields?: Readonly<Record<string, unknown>>): Promise<RestDomain>;
}

async function openRest(options: WorldOptions): Promise<Rest & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const world = opening.use(await openWorld(options));
  const edges = await startAllServices(world);
  // Games leave before what they are connected to.
  const open = opening.use(new AsyncDisposableStack());
  const note = noteAnswers(inject('servers').recordFolder);
  const parts = { ...edges, world, open, note };
  const domain = await openRestDomain(parts, {});
  const running = opening.move();
  return {
    ...domain,
    ...edges,
    world,
    openDomain: (fields = {}) => openRestDomain(parts, fields),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** `test` with all of Takaro for the file: one domain, its root user signed in, more on request. */
export const restTest = (options: WorldOptions = {}) =>
  base.extend<{ rest: Rest }>({
    rest: [
      async ({}, use) => {
        await using rest = await openRest(options);
        await use(rest);
      },
      { scope: 'file' },
    ],
  });
