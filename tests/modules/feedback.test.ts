import { updateModule } from '@takaro/contracts/modules/modules';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { authorOf } from './author.ts';
import {
  addGameServer,
  readEvents,
  settingsAsked,
  settingsOf,
  startModulesUnderTest,
  tell,
  unknownGameServers,
  whispers,
} from './modules-world.ts';
import { chat, personOn } from './people.ts';

const test = worldTest(startModulesUnderTest);
let events: Awaited<ReturnType<typeof readEvents>>;
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

/** Somebody on a game server that answers words which run nothing. */
async function listener(world: World, domain: TestDomain) {
  const alice = personOn(await addGameServer(world, domain));
  const { gameServerId } = alice.pog;
  settingsOf.set(gameServerId, { unknownCommandFeedbackEnabled: 'true', unknownCommandFeedbackMessage: 'Unknown' });
  return { gameServerId, say: (text: string) => tell(world, chat(domain, alice, text)) };
}

describe('a module with a command that needs a permission and one that needs an argument', () => {
  async function guarded(world: World, domain: TestDomain) {
    const author = await authorOf(world, domain);
    const module = await author.module();
    await author.command(module, 'guarded', { requiredPermissions: ['TELEPORTS_USE'] });
    await author.command(module, 'asks', { arguments: [{ name: 'who', type: 'string', position: 0 }] });
    return { author, module };
  }

  test('matches nothing while it is not enabled: what its commands are called by is unknown', async ({ world, domain }) => {
    const { gameServerId, say } = await listener(world, domain);
    const { author, module } = await guarded(world, domain);
    await author.install(module, gameServerId);
    await author.call(updateModule, { id: module.id, enabled: false });

    for (const text of ['/guarded', '/asks']) await say(text);

    await expect.poll(() => whispers.get(domain.id)).toEqual(['Unknown', 'Unknown']);
    expect(events.of(domain, 'command-execution-denied')).toEqual([]);
  });

  test('is still answered for where only its installation is disabled, and nothing is unknown', async ({ world, domain }) => {
    const { gameServerId, say } = await listener(world, domain);
    const { author, module } = await guarded(world, domain);
    await author.install(module, gameServerId, { enabled: false });

    // One answer may overtake another: nothing waits for them.
    await say('/guarded');
    await expect.poll(() => whispers.get(domain.id)).toEqual([expect.stringContaining('permission')]);
    await say('/asks');

    await expect
      .poll(() => whispers.get(domain.id))
      .toEqual([expect.stringContaining('permission'), expect.stringContaining('forgot to provide')]);
    await expect.poll(() => events.of(domain, 'command-execution-denied')).toHaveLength(1);
  });
});

describe('where nothing is installed', () => {
  test('a word that runs nothing is answered, and other lines cost a look at settings that are remembered', async ({ world, domain }) => {
    const { gameServerId, say } = await listener(world, domain);
    const lines = 40;

    for (let count = 0; count < lines; count += 1) await say('hello');
    await say('/nonsense');

    await expect.poll(() => whispers.get(domain.id)).toEqual(['Unknown']);
    expect(settingsAsked.get(gameServerId)).toBeLessThan(lines / 2);
  });

  test('settings that cannot be had hold nothing up, and park nothing', async ({ world, domain }) => {
    const { gameServerId, say } = await listener(world, domain);
    const nats = await world.natsFor('setup');
    const parked: string[] = [];
    nats.subscribe(`dead.${domain.id}.>`, { callback: (_error, { subject }) => void parked.push(subject) });
    await nats.flush();
    unknownGameServers.add(gameServerId);

    await say('/nonsense');
    await expect.poll(() => settingsAsked.get(gameServerId)).toBe(1);
    unknownGameServers.delete(gameServerId);
    await say('/nonsense');

    await expect.poll(() => whispers.get(domain.id)).toEqual(['Unknown']);
    expect(parked).toEqual([]);
  });
});
