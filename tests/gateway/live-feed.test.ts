import { bareEvent } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { eventSubject } from '@takaro/contracts/subjects';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { documentedFetch } from './documented-fetch.ts';
import { openSocket, openStream, refusalOf } from './live-clients.ts';
import { type Rest, restTest } from './rest-world.ts';

const MOST = 4;
const BUFFER_BYTES = 200_000;
const test = restTest({ limits: { liveViewers: MOST, liveBufferBytes: BUFFER_BYTES, liveCheckMs: 500 } });
const PATIENT = { timeout: 20_000 };

const CHAT = { eventName: 'chat-message', meta: { msg: 'hello', channel: 'global' } };

const bearer = (session: string) => ({ authorization: `Bearer ${session}` });

const write = async ({ ask }: Pick<Rest, 'ask'>, msg: string) =>
  (await ask('POST', '/event', { body: { ...CHAT, meta: { ...CHAT.meta, msg } } })).body.data;

describe('by socket.io', () => {
  test('who shows no session or a bad one is refused with a 400 on the handshake', async ({ rest }) => {
    const bare = await documentedFetch(`${rest.apiUrl}/socket.io/?EIO=4&transport=polling`);

    expect(bare.status).toBe(400);
    expect(await refusalOf(rest.apiUrl, {})).toBe('xhr poll error');
    expect(await refusalOf(rest.apiUrl, bearer('nobody'))).toBe('xhr poll error');
    expect(await refusalOf(rest.apiUrl, { 'x-takaro-token': 'bad' })).toBe('xhr poll error');
    const cookie = `takaro-token=${rest.root.session}`;
    expect(await refusalOf(rest.apiUrl, { cookie, origin: 'https://evil.example' })).toBe('xhr poll error');
    expect(await refusalOf(rest.apiUrl, { cookie, origin: rest.apiUrl })).toBe('let in');
    expect(await refusalOf(`${rest.apiUrl}/admin`, bearer(rest.root.session))).toBe('Invalid namespace');
  });

  test('any session of the domain hears every event as the history shows it, and its ping is answered', async ({ rest }) => {
    const { token } = (await rest.ask('POST', '/token', { admin: true, body: { domainId: rest.id } })).body.data;
    const session = await rest.signIn([]);
    await using bySession = await openSocket(rest.apiUrl, bearer(session));
    await using byToken = await openSocket(rest.apiUrl, { 'x-takaro-token': token }, ['websocket']);
    await using byCookie = await openSocket(rest.apiUrl, { cookie: `takaro-token=${session}; takaro-domain=${rest.id}` }, ['polling']);

    const event = await write(rest, 'to all');

    for (const { events } of [bySession, byToken, byCookie]) await expect.poll(() => events, PATIENT).toEqual([event]);
    const answered = new Promise((resolve) => bySession.socket.once('pong', () => resolve('pong')));
    bySession.socket.emit('ping');
    expect(await answered).toBe('pong');
  });

  test('a domain hears what its own games say, log lines too, and nothing of another', async ({ rest }) => {
    const other = await rest.openDomain();
    await using here = await openSocket(rest.apiUrl, bearer(rest.root.session));
    await using there = await openSocket(rest.apiUrl, bearer(other.root.session));

    const { game, gameServerId } = await rest.openGame('loud', ['Alice']);
    game.say('Alice', 'hi all');
    game.logLine('a line of the log');

    const types = () => here.gameEvents.map(([, type]) => type);
    await expect.poll(types, PATIENT).toEqual(expect.arrayContaining(['player-connected', 'chat-message', 'log']));
    expect(here.gameEvents.every(([id]) => id === gameServerId)).toBe(true);
    expect(here.gameEvents.find(([, type]) => type === 'chat-message')?.[2]).toMatchObject({
      type: 'chat-message',
      msg: 'hi all',
      player: { name: 'Alice' },
    });
    expect(here.gameEvents.find(([, type]) => type === 'log')?.[2]).toMatchObject({ type: 'log', msg: 'a line of the log' });
    await expect
      .poll(() => here.events, PATIENT)
      .toContainEqual(expect.objectContaining({ eventName: 'player-connected', gameserverId: gameServerId, meta: null }));
    expect(here.events.map(({ eventName }) => eventName)).not.toContain('log');
    await write(other, 'there');
    await expect.poll(() => there.events.length, PATIENT).toBe(1);
    expect(there.gameEvents).toEqual([]);
    expect(here.events.filter(({ meta }) => (meta as { msg?: string } | null)?.msg === 'there')).toEqual([]);
  });
});

test('an event that is published again under its id is heard once', async ({ rest }) => {
  await using here = await openSocket(rest.apiUrl, bearer(rest.root.session));
  const players = await rest.world.busFor('players');
  const event = bareEvent({ name: 'player-created', domainId: rest.id, playerId: newId() });
  const subject = eventSubject(rest.id, null, event.name);

  for (const msgId of [event.id, event.id, newId()]) await players.publish(subject, event, { msgId });
  const last = await write(rest, 'the last');

  await expect.poll(() => here.events.at(-1)?.['id'], PATIENT).toBe(last.id);
  expect(here.events.map(({ id }) => id)).toEqual([event.id, last.id]);
});

describe('as server-sent events', () => {
  test('the same is heard, and what was missed comes first', async ({ rest }) => {
    await using first = await openStream(rest.apiUrl, bearer(rest.root.session));
    const known = await write(rest, 'known');
    await expect.poll(() => first.sent, PATIENT).toEqual([{ id: known.id, event: 'event', data: known }]);
    await first[Symbol.asyncDispose]();
    const missed = [await write(rest, 'missed'), await write(rest, 'missed too')];

    await using again = await openStream(rest.apiUrl, { ...bearer(rest.root.session), 'last-event-id': known.id });
    const live = await write(rest, 'live');

    expect(again.headers.get('content-type')).toContain('text/event-stream');
    await expect.poll(() => again.sent.map(({ id }) => id), PATIENT).toEqual([...missed, live].map(({ id }) => id));
  });

  test('who may not read the history, or asks for what is not there, is told of a gap', async ({ rest }) => {
    const session = await rest.signIn([]);
    await using denied = await openStream(rest.apiUrl, { ...bearer(session), 'last-event-id': newId() });
    await using unknown = await openStream(rest.apiUrl, { ...bearer(rest.root.session), 'last-event-id': 'nonsense' });

    for (const { sent } of [denied, unknown]) await expect.poll(() => sent, PATIENT).toEqual([{ event: 'gap', data: {} }]);
  });

  test('who shows no session is refused as anywhere else', async ({ rest }) => {
    await using stream = await openStream(rest.apiUrl, {});

    expect(stream.status).toBe(401);
  });
});

describe('nobody watches for ever', () => {
  test('a session that ended is cut off within seconds', async ({ rest }) => {
    const session = await rest.signIn([]);
    await using bySocket = await openSocket(rest.apiUrl, bearer(session));
    await using byStream = await openStream(rest.apiUrl, bearer(session));
    await using other = await openSocket(rest.apiUrl, bearer(rest.root.session));

    await rest.ask('POST', '/logout', { session });

    await expect.poll(() => [bySocket.socket.connected, byStream.isOver()], PATIENT).toEqual([false, true]);
    expect(other.socket.connected).toBe(true);
  });

  test.for(['', '?hardDelete=true'])('who watches a domain that is removed (%s) is cut off, and nobody else', async (how, { rest }) => {
    const removed = await rest.openDomain();
    await using bySocket = await openSocket(rest.apiUrl, bearer(removed.root.session));
    await using byStream = await openStream(rest.apiUrl, bearer(removed.root.session));
    await using other = await openSocket(rest.apiUrl, bearer(rest.root.session));

    const { status } = await rest.ask('DELETE', `/domain/${removed.id}${how}`, { admin: true });

    await expect.poll(() => [bySocket.socket.connected, byStream.isOver()], PATIENT).toEqual([false, true]);
    const heard = await write(rest, 'still here');
    await expect.poll(() => other.events.map(({ id }) => id), PATIENT).toEqual([heard.id]);
    expect([status, byStream.sent.filter(({ event }) => event === 'event')]).toEqual([200, []]);
  });

  test('a domain has so many viewers at once', async ({ rest }) => {
    const other = await rest.openDomain();
    await using open = new AsyncDisposableStack();
    for (let count = 0; count < MOST; count += 1) open.use(await openSocket(rest.apiUrl, bearer(rest.root.session)));

    await using stream = await openStream(rest.apiUrl, bearer(rest.root.session));
    await using elsewhere = await openStream(rest.apiUrl, bearer(other.root.session));

    expect(await refusalOf(rest.apiUrl, bearer(rest.root.session))).toBe('xhr poll error');
    expect([stream.status, elsewhere.status]).toEqual([429, 200]);
  });

  test('who does not read is cut off, and who does misses nothing', async ({ rest }) => {
    const { session } = rest.root;
    await using reader = await openSocket(rest.apiUrl, bearer(session));
    const lazy = new WebSocket(`${rest.apiUrl.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers: bearer(session) });
    await new Promise((resolve) => lazy.once('message', resolve));
    lazy.send('40');
    await new Promise((resolve) => lazy.once('message', resolve));
    lazy.pause();
    const closed = new Promise((resolve) => lazy.once('close', resolve));

    const msg = 'x'.repeat(120_000);
    for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 5 }, () => write(rest, msg)));

    await expect.poll(() => reader.events.length, { timeout: 30_000 }).toBe(100);
    lazy.resume();
    await closed;
    expect(reader.socket.connected).toBe(true);
  });
});
