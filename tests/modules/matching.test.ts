/* oxlint-disable max-lines -- all that decides whether an event runs something, over one set of people and orders */
import { createHook, updateHook } from '@takaro/contracts/modules/hooks';
import { uninstallModule } from '@takaro/contracts/modules/installations';
import { updateModule } from '@takaro/contracts/modules/modules';
import type { ModuleOutput } from '@takaro/contracts/modules/shapes';
import { findPlayersByText, getPlayerContext } from '@takaro/contracts/players/internal';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { type Author, authorOf } from './author.ts';
import {
  addGameServer,
  eventOf,
  readEvents,
  readOrders,
  settingsOf,
  startModulesUnderTest,
  tell,
  tellLog,
  whispers,
} from './modules-world.ts';
import { chat, personOn } from './people.ts';

let orders: Awaited<ReturnType<typeof readOrders>>;
let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(async (world) => {
  await world.neighbour(findPlayersByText, ({ gameServerId, text }) =>
    text === 'nobody'
      ? []
      : text === 'many'
        ? [personOn(gameServerId).pog, personOn(gameServerId).pog]
        : [personOn(gameServerId, { name: text }).pog],
  );
  await world.neighbour(getPlayerContext, ({ gameServerId }) => personOn(gameServerId, { name: 'Looked up' }));
  await startModulesUnderTest(world);
});
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
  events = await readEvents(world);
});

const hook = (author: Author, { latestVersion }: ModuleOutput, name: string, rest: object = {}) =>
  author.call(createHook, { name, regex: '', versionId: latestVersion.id, eventType: 'chat-message', ...rest });

describe('hooks', () => {
  test('text and pattern must both be found where both are set, and what runs last shows what did not', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    const rules: [string, object][] = [
      ['all', {}],
      ['text', { searchString: 'HELLO' }],
      ['pattern', { regex: 'w[o0]rld$' }],
      ['both', { searchString: 'hello', regex: 'world' }],
      ['other-text', { searchString: 'bye', regex: 'world' }],
      ['other-pattern', { searchString: 'hello', regex: 'World' }],
      ['other-event', { eventType: 'player-death' }],
      ['look-behind', { regex: '(?<=hello )world' }],
      ['back-reference', { regex: '(l)\\1o' }],
      ['attack', { regex: '^(?=(a+)+b)' }],
    ];
    for (const [name, rule] of rules) await hook(author, module, name, rule);
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), 'hello world'));

    await expect
      .poll(() =>
        orders
          .of(domain)
          .map(({ componentName }) => componentName)
          .toSorted(),
      )
      .toEqual(['all', 'back-reference', 'both', 'look-behind', 'pattern', 'text']);
  });

  test('a pattern that takes too long is not found, and the next one is not disturbed', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'attack', { regex: '^(?=x)?(a+)+$(?!b)' });
    await hook(author, module, 'calm', { regex: '(?!b)c' });
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), `${'a'.repeat(40)}c`));

    await expect.poll(() => orders.of(domain).map(({ componentName }) => componentName)).toEqual(['calm']);
  });

  test('an event without a text never meets a pattern', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'with', { regex: '.*', eventType: 'player-connected' });
    await hook(author, module, 'without', { eventType: 'player-connected' });
    await author.install(module, gameServerId);

    await tell(world, eventOf(domain, 'player-connected', { gameServerId, ...personOn(gameServerId), meta: {} }));

    await expect.poll(() => orders.of(domain).map(({ componentName }) => componentName)).toEqual(['without']);
  });

  test('what happens in a domain as a whole runs the hooks of all its game servers, without a game server in their data', async ({
    world,
    domain,
  }) => {
    const servers = [await addGameServer(world, domain), await addGameServer(world, domain)];
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'role', { eventType: 'role-created' });
    for (const gameServerId of servers) await author.install(module, gameServerId);

    await tell(world, eventOf(domain, 'role-created', { meta: { role: {} } }));

    await expect
      .poll(() =>
        orders
          .of(domain)
          .map(({ gameServerId }) => gameServerId)
          .toSorted(),
      )
      .toEqual(servers.toSorted());
    expect(orders.of(domain).map(({ data }) => data['gameServerId'])).toEqual([null, null]);
  });

  test('a player whom the event only names is looked up', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'role', { eventType: 'role-assigned' });
    await author.install(module, gameServerId);

    await tell(world, eventOf(domain, 'role-assigned', { gameServerId, playerId: personOn(gameServerId).player.id }));

    await expect.poll(() => orders.of(domain)[0]?.player?.name).toBe('Looked up');
  });

  test('a line of the log runs hooks for it', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'errors', { eventType: 'log', searchString: 'exception' });
    await author.install(module, gameServerId);

    await tellLog(world, domain, gameServerId, [{ msg: 'all is well' }]);
    await tellLog(world, domain, gameServerId, [{ msg: 'NullReferenceException' }]);

    await expect.poll(() => orders.of(domain).map(({ data }) => data['eventData'])).toMatchObject([{ msg: 'NullReferenceException' }]);
  });

  test('each of several lines that came together runs them, and one that comes again in other company runs nothing', async ({
    world,
    domain,
  }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'errors', { eventType: 'log', searchString: 'bad' });
    await author.install(module, gameServerId);
    const messages = () => orders.of(domain).map(({ data }) => Reflect.get(Object(data['eventData']), 'msg'));

    await tellLog(world, domain, gameServerId, [{ msg: 'bad' }, { msg: 'fine' }, { msg: 'too bad' }]);
    await expect.poll(messages).toEqual(['bad', 'too bad']);
    await tellLog(world, domain, gameServerId, [
      { msg: 'bad 1', seq: 1 },
      { msg: 'bad 2', seq: 2 },
    ]);
    await tellLog(world, domain, gameServerId, [
      { msg: 'bad 2', seq: 2 },
      { msg: 'bad 3', seq: 3 },
    ]);

    await expect.poll(messages).toEqual(['bad', 'too bad', 'bad 1', 'bad 2', 'bad 3']);
  });
});

describe('what matches nothing', () => {
  test('a module that is not enabled, a component that is not, and one that was uninstalled: from the next event on', async ({
    world,
    domain,
  }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'one');
    await hook(author, module, 'two');
    const witness = await author.module();
    await hook(author, witness, 'witness');
    await author.install(witness, gameServerId);
    const ordered = () =>
      orders.of(domain).map(({ componentName, data }) => `${componentName} ${Reflect.get(Object(data['eventData']), 'msg')}`);
    // What is enabled is looked at when an event is worked on, so it has to be before the next change.
    const say = async (msg: string): Promise<void> => {
      await tell(world, chat(domain, personOn(gameServerId), msg));
      await expect.poll(ordered).toContain(`witness ${msg}`);
    };
    const seen = () => ordered().filter((order) => !order.startsWith('witness'));

    await author.install(module, gameServerId, { hooks: { one: { enabled: false } } });
    await say('a');
    await expect.poll(seen).toEqual(['two a']);
    await author.call(updateModule, { id: module.id, enabled: false });
    await say('b');
    await author.call(updateModule, { id: module.id, enabled: true });
    await say('c');
    await expect.poll(seen).toEqual(['two a', 'two c']);
    await author.call(updateHook, { id: (await hook(author, module, 'three')).id, searchString: 'd' });
    await say('d');
    await expect.poll(seen).toEqual(['two a', 'two c', 'three d', 'two d']);
    await author.call(uninstallModule, { moduleId: module.id, gameServerId });
    await say('e');
    await author.install(module, gameServerId, { enabled: false });
    await say('f');
    await author.install(module, gameServerId);
    await say('g');
    await expect.poll(seen).toEqual(['two a', 'two c', 'three d', 'two d', 'one g', 'two g']);
  });

  test('an event at the end of a chain of eight', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'loop');
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), 'a', { depth: 8 }));
    await tell(world, chat(domain, personOn(gameServerId), 'b', { depth: 7 }));

    await expect.poll(() => orders.of(domain).map(({ depth }) => depth)).toEqual([7]);
  });

  test('an event that comes again, also when the stream forgot it', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'once');
    await author.install(module, gameServerId);
    const event = chat(domain, personOn(gameServerId), 'again');

    await tell(world, event);
    await tell(world, event, 'again-under-another-id');
    await tell(world, chat(domain, personOn(gameServerId), 'last'));

    await expect.poll(() => orders.of(domain)).toHaveLength(2);
    expect(orders.of(domain).map(({ causeId }) => causeId)).toContain(event.id);
  });

  test('what happens in another domain', async ({ world, domain, otherDomain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    await hook(author, module, 'mine');
    await author.install(module, gameServerId);

    await tell(world, chat(otherDomain, personOn(gameServerId), 'theirs'));
    await tell(world, chat(domain, personOn(gameServerId), 'ours'));

    await expect.poll(() => orders.of(domain)).toHaveLength(1);
    expect(orders.of(otherDomain)).toEqual([]);
  });
});

describe('commands', () => {
  test('arguments are read by their types, in their positions', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    const list = ['player', 'number', 'string', 'boolean', 'strange'].map((type, position) => ({
      name: type,
      type,
      position,
      defaultValue: type === 'boolean' ? 'true' : 'x',
    }));
    await author.command(module, 'give', { arguments: list });
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), '/give "Bob" 10} "two words"'));

    await expect.poll(() => orders.of(domain)).toHaveLength(1);
    expect(orders.of(domain)[0]?.data['arguments']).toEqual({
      player: expect.objectContaining({ gameId: 'game-Bob' }),
      number: 10,
      string: 'two words',
      boolean: true,
    });
  });

  test.for([
    ['/give', "You forgot to provide the 'who' argument"],
    ['/give nobody', "No player found with the name or ID 'nobody'"],
    ['/give many', 'Multiple players found'],
    ['/give Bob lots', "'amount' should be a number"],
    ['/give Bob 1 maybe', "'sure' should be either"],
  ])('%s is answered to the player and runs nothing', async ([msg, answer], { world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    const list = [
      { name: 'who', type: 'player', position: 0 },
      { name: 'amount', type: 'number', position: 1, defaultValue: '1' },
      { name: 'sure', type: 'boolean', position: 2, defaultValue: 'false' },
    ];
    await author.command(module, 'give', { arguments: list });
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), msg!));

    await expect.poll(() => whispers.get(domain.id)?.[0]).toContain(answer);
    expect(orders.of(domain)).toEqual([]);
  });

  test('who lacks a permission is denied before arguments are read, which is told', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const module = await author.module();
    const command = await author.command(module, 'tp', {
      requiredPermissions: ['TELEPORTS_USE'],
      arguments: [{ name: 'to', type: 'string', position: 0 }],
    });
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), '/tp'));
    await tell(world, chat(domain, personOn(gameServerId, { permissions: ['ROOT'] }), '/tp home'));
    await tell(world, chat(domain, personOn(gameServerId, { permissions: ['TELEPORTS_USE'] }), '/tp work'));

    await expect.poll(() => orders.of(domain).map(({ data }) => data['arguments'])).toEqual([{ to: 'home' }, { to: 'work' }]);
    await expect.poll(() => whispers.get(domain.id)).toHaveLength(1);
    expect(whispers.get(domain.id)![0]).toContain("You need the 'Teleports Use' permission");
    await expect.poll(() => events.of(domain, 'command-execution-denied')).toHaveLength(1);
    expect(events.of(domain, 'command-execution-denied')[0]).toMatchObject({
      moduleId: module.id,
      meta: { command: { id: command.id, name: 'tp', arguments: {} }, missingPermissions: ['TELEPORTS_USE'] },
    });
  });

  test('aliases and shared triggers run all they name; what Takaro says itself runs none', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const author = await authorOf(world, domain);
    const [one, other] = [await author.module(), await author.module()];
    await author.command(one, 'home');
    await author.command(other, 'go', { name: 'Go home' });
    await author.install(one, gameServerId);
    await author.install(other, gameServerId, { commands: { 'Go home': { aliases: ['Home'] } } });

    const { meta, ...spoken } = chat(domain, personOn(gameServerId), '/home');
    await tell(world, eventOf(domain, 'chat-message', { gameServerId, meta }));
    await tell(world, { ...spoken, meta });
    await tell(world, chat(domain, personOn(gameServerId), 'home'));
    await tell(world, chat(domain, personOn(gameServerId), '/homer'));
    await tell(world, chat(domain, personOn(gameServerId), '/HOME sweet'));

    await expect.poll(() => orders.of(domain)).toHaveLength(4);
    expect(
      orders
        .of(domain)
        .map(({ componentName }) => componentName)
        .toSorted(),
    ).toEqual(['Go home', 'Go home', 'home', 'home']);
  });

  test('a word that runs nothing is answered where the game server wants that, with what was perhaps meant', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    settingsOf.set(gameServerId, { commandPrefix: '!', unknownCommandFeedbackEnabled: 'true', unknownCommandFeedbackMessage: 'No.' });
    const author = await authorOf(world, domain);
    const module = await author.module();
    await author.command(module, 'teleport');
    await author.install(module, gameServerId);

    await tell(world, chat(domain, personOn(gameServerId), '!teleprot home'));
    await tell(world, chat(domain, personOn(gameServerId), '!x'));

    await expect.poll(() => whispers.get(domain.id)?.toSorted()).toEqual(['No.', 'No. Did you mean !teleport?']);
    expect(orders.of(domain)).toEqual([]);
  });
});
