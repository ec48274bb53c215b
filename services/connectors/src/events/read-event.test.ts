import { INGEST_META } from '@takaro/contracts/connectors/ingest';
import { matches } from '@takaro/contracts/validate';
import { expect, test } from 'vitest';
import { createKnownNames } from './known-names.ts';
import { readEvent, type GameEvent } from './read-event.ts';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const alice = { gameId: '1', name: 'Alice' };

const read = (payload: unknown, known = createKnownNames()) => readEvent(payload, known, NOW);

function eventOf(payload: unknown, known = createKnownNames()): GameEvent {
  const reading = read(payload, known);
  if (!('event' in reading)) throw new Error(`refused: ${JSON.stringify(reading)}`);
  expect(matches(INGEST_META[reading.event.name], reading.event.meta)).toBe(true);
  return reading.event;
}

test('a chat message keeps who, what and where, and unknown fields are left out at any depth', () => {
  const { name, meta } = eventOf({
    type: 'chat-message',
    data: { player: { ...alice, level: 3 }, channel: 'global', msg: 'hi', isCommand: true, type: 'x' },
  });

  expect(name).toBe('chat-message');
  expect(meta).toEqual({ player: alice, channel: 'global', msg: 'hi', timestamp: NOW.toISOString() });
});

test('a channel is lower-cased, and one that is not known is not public', () => {
  expect(eventOf({ type: 'chat-message', data: { player: alice, channel: 'Whisper', msg: 'hi' } }).meta['channel']).toBe('whisper');
  expect(eventOf({ type: 'chat-message', data: { player: alice, channel: 'unknown', msg: 'hi' } }).meta['channel']).toBe('team');
});

test('a missing weapon is an empty one, a missing entity refuses the event by the name of the property', () => {
  expect(eventOf({ type: 'entity-killed', data: { player: alice, entity: 'zombie' } }).meta['weapon']).toBe('');
  expect(read({ type: 'entity-killed', data: { player: alice } })).toEqual({
    refusal:
      'An instance of EventEntityKilled has failed the validation:\n - property entity has failed the following constraints: isString \n',
  });
});

test('characters that no table keeps are left out or replaced, not the event', () => {
  const player = { gameId: '1\0', name: 'Al\0ice' };
  const { meta } = eventOf({ type: 'chat-message', data: { player, channel: 'global', msg: 'half \ud83d of it\0' } });
  expect(meta).toMatchObject({ player: alice, msg: 'half \ufffd of it' });
});

test('numbers stand for texts and texts for numbers, but an id beyond 2^53 is not guessed', () => {
  const player = { gameId: 7, name: 'Bob', steamId: 76561198000000001n, ping: '30' };
  const payload: unknown = JSON.parse(
    `{"type":"player-death","data":{"player":{"gameId":7,"name":"Bob","steamId":${player.steamId},"ping":"30"},"position":{"x":"1.5","y":2,"z":"3"}}}`,
  );

  expect(eventOf(payload).meta).toMatchObject({ player: { gameId: '7', name: 'Bob', ping: 30 }, position: { x: 1.5, y: 2, z: 3 } });
  expect(eventOf(payload).meta['player']).not.toHaveProperty('steamId');
});

test('a missing gameId is taken from a platform, else from a name that was seen before', () => {
  const known = createKnownNames();
  expect(eventOf({ type: 'player-connected', data: { player: { name: 'Eve', steamId: '765' } } }, known).meta['player']).toMatchObject({
    gameId: '765',
  });
  expect(
    eventOf({ type: 'player-connected', data: { player: { name: 'Eve', steamId: '0', platformId: 'epic:9' } } }).meta['player'],
  ).toEqual({
    gameId: 'epic:9',
    name: 'Eve',
    platformId: 'epic:9',
  });
  expect(eventOf({ type: 'chat-message', data: { player: { name: 'Eve' }, channel: 'global', msg: 'hi' } }, known).meta['player']).toEqual({
    gameId: '765',
    name: 'Eve',
  });
});

test('a missing name is the last known one, else the gameId', () => {
  const known = createKnownNames();
  expect(eventOf({ type: 'player-disconnected', data: { player: { gameId: '1' } } }, known).meta['player']).toEqual({
    gameId: '1',
    name: '1',
  });
  eventOf({ type: 'player-connected', data: { player: alice } }, known);
  expect(eventOf({ type: 'player-disconnected', data: { player: { gameId: '1' } } }, known).meta['player']).toEqual(alice);
});

test('of an array of players the first is meant; what is no player at all leaves an event without one', () => {
  expect(eventOf({ type: 'player-connected', data: { player: [alice] } }).meta['player']).toEqual(alice);
  for (const player of [null, 'bob', 7, {}, [], undefined]) {
    expect(eventOf({ type: 'player-connected', data: { player } }).meta).not.toHaveProperty('player');
  }
});

test('an attacker that the game calls npc is no player', () => {
  const { meta } = eventOf({ type: 'player-death', data: { player: alice, attacker: { gameId: 'npc:wolf', name: 'Wolf' } } });
  expect(meta).not.toHaveProperty('attacker');
});

test('a log line may come as a text, in an object, or not at all', () => {
  expect(eventOf({ type: 'log', data: 'started' }).meta['msg']).toBe('started');
  expect(eventOf({ type: 'log', data: { msg: 'started' } }).meta['msg']).toBe('started');
  expect(eventOf({ type: 'log' }).meta['msg']).toBe('');
});

test('the time of the game counts where it is plausible', () => {
  const at = (timestamp: unknown) => eventOf({ type: 'log', data: { msg: '', timestamp } }).gameTime?.toISOString() ?? null;

  expect(at('2026-11-23T11:00:00Z')).toBe('2026-11-23T11:00:00.000Z');
  expect(at(NOW.getTime() - 1_000)).toBe('2026-11-23T11:59:59.000Z');
  expect(at(NOW.getTime() / 1_000 - 1)).toBe('2026-11-23T11:59:59.000Z');
  for (const implausible of ['2026-11-23T12:00:01Z', '2026-11-22T11:59:59Z', 'soon', '', null, {}, Number.NaN])
    expect(at(implausible)).toBeNull();
});

test('names of events of other parts are dropped without a word, unknown ones are refused', () => {
  expect(read({ type: 'player-created', data: {} })).toEqual({ dropped: true });
  expect(read({ type: 'discord-message', data: {} })).toEqual({ dropped: true });
  expect(read({ type: 'log-line', data: { msg: 'x' } })).toEqual({ refusal: 'There is no game event log-line' });
});

test('no refusal is the sentence that makes a client reconnect for ever', () => {
  const refusals = [null, [], 'text', {}, { type: 'chat-message' }, { type: 'chat-message', data: 'x' }, { type: 1 }].map((payload) =>
    read(payload),
  );
  for (const reading of refusals) expect(reading).toMatchObject({ refusal: expect.not.stringContaining('Internal error') });
});
