import { jetstreamManager } from '@nats-io/jetstream';
import { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { setGameServerSetting } from '@takaro/contracts/gameservers/internal';
import { newId } from '@takaro/contracts/ids';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addServer, connectGame, giveSettingsRow, hearEvents, startGameServersUnderTest, type Surroundings } from './gameservers-world.ts';

let surroundings: Surroundings;
const test = worldTest(async (world) => {
  surroundings = await startGameServersUnderTest(world);
});
test.beforeEach(async ({ world, domain }) => giveSettingsRow(world, domain));

test('everybody reads a message without a recipient, and it is told as a global chat message', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  await using game = await connectGame(world, domain, id);
  await using heard = await hearEvents(world, ['chat-message']);
  const gateway = await world.busFor('gateway');
  const userId = newId();

  await gateway.call(
    sendMessage,
    { id, message: 'hello' },
    { domainId: domain.id, token: await world.tokens.user(domain.id, ['MANAGE_GAMESERVERS'], userId) },
  );

  expect(game.asked).toEqual([{ action: 'sendMessage', args: { message: 'hello' } }]);
  await expect
    .poll(() => heard.events)
    .toMatchObject([
      { gameServerId: id, playerId: null, actingUserId: userId, actingModuleId: null, depth: 0, meta: { msg: 'hello', channel: 'global' } },
    ]);
});

test('a whisper names its recipient, and the event says which module spoke and how deep', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  await using game = await connectGame(world, domain, id);
  await using heard = await hearEvents(world, ['chat-message']);
  const gateway = await world.busFor('gateway');
  const moduleId = newId();
  const token = await world.tokens.execution(domain.id, { moduleId, depth: 3 });
  const opts = { recipient: { gameId: '7' }, senderNameOverride: 'Bot' };
  const recipient = { gameId: '7', name: 'Alice', steamId: '76561198000000007' };
  surroundings.names.set('7', recipient);

  await gateway.call(sendMessage, { id, message: 'psst', opts }, { domainId: domain.id, token });

  expect(game.asked).toEqual([{ action: 'sendMessage', args: { message: 'psst', recipientGameId: '7', senderNameOverride: 'Bot' } }]);
  await expect
    .poll(() => heard.events)
    .toMatchObject([{ actingUserId: null, actingModuleId: moduleId, depth: 4, meta: { msg: 'psst', channel: 'whisper', recipient } }]);
});

test('a whisper to whom nobody knows is told without a recipient', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  await using _game = await connectGame(world, domain, id);
  await using heard = await hearEvents(world, ['chat-message']);
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id);

  await gateway.call(sendMessage, { id, message: 'psst', opts: { recipient: { gameId: 'nobody' } } }, { domainId: domain.id, token });

  await expect.poll(() => heard.events).toMatchObject([{ meta: { msg: 'psst', channel: 'whisper' } }]);
  expect(heard.events[0]?.meta).not.toHaveProperty('recipient');
});

test('the prefix of the server comes first and counts among the 300 characters; no character is cut in half', async ({ world, domain }) => {
  surroundings.settings.set(domain.id, { messagePrefix: '[domain] ' });
  const { id } = await addServer(world, domain);
  await using game = await connectGame(world, domain, id);
  const gateway = await world.busFor('gateway');
  const tenancy = await world.busFor('tenancy');
  const token = await world.tokens.user(domain.id);
  const say = (message: string) => gateway.call(sendMessage, { id, message }, { domainId: domain.id, token });

  await say('one');
  const change = { gameServerId: id, key: 'messagePrefix', value: 'x' } as const;
  await tenancy.call(setGameServerSetting, change, { domainId: domain.id, token: await tenancy.serviceToken(domain.id) });
  await say('two');
  await say('y'.repeat(400));
  await say(`${'y'.repeat(298)}😀`);
  await say('a\0b');

  expect(game.asked.map(({ args }) => args['message'])).toEqual([
    '[domain] one',
    'xtwo',
    `x${'y'.repeat(299)}`,
    `x${'y'.repeat(298)}`,
    'xab',
  ]);
});

test('a message that the game refused is no chat message', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  await using _game = await connectGame(world, domain, id, () => ({ failure: 'failed' }));
  await using heard = await hearEvents(world, ['chat-message', 'gameserver-created']);
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id);

  await expect(gateway.call(sendMessage, { id, message: 'x' }, { domainId: domain.id, token })).rejects.toMatchObject({
    code: 'ACTION_FAILED',
  });
  await addServer(world, domain);

  await expect.poll(() => heard.events.map(({ name }) => name)).toEqual(['gameserver-created']);
});

test('a message asks the database for nothing once its server is known', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  await using _game = await connectGame(world, domain, id);
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id);
  const say = () => gateway.call(sendMessage, { id, message: 'x' }, { domainId: domain.id, token });
  await say();

  await world.adminSql(`alter table "domain_${domain.id}"."gameServer" rename to "hidden"`);
  await world.adminSql(`alter table "domain_${domain.id}"."gameServerSettings" rename to "hiddenSettings"`);

  await say();
});

test('while the stream of events is away, what was said waits in the outbox and is told once the stream is back', async ({
  world,
  domain,
}) => {
  const { id } = await addServer(world, domain);
  await using game = await connectGame(world, domain, id);
  const gateway = await world.busFor('gateway');
  const streams = (await jetstreamManager(await world.natsFor('setup'))).streams;
  const { config } = await streams.info('EVENTS');
  await streams.delete('EVENTS');

  await gateway.call(sendMessage, { id, message: 'hello' }, { domainId: domain.id, token: await world.tokens.user(domain.id) });

  expect(game.asked).toHaveLength(1);
  const waiting = () => world.adminSql('select 1 from "takaro_gameservers"."outbox"');
  expect(await waiting()).toHaveLength(1);
  await streams.add(config);
  await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(0);
  expect((await streams.info('EVENTS')).state.messages).toBe(1);
}, 40_000);
