import { expect, test } from 'vitest';
import { wireArgs } from './action-args.ts';

test('the id of a player stands flat and nested', () => {
  expect(JSON.parse(wireArgs('kickPlayer', { gameId: '1', reason: 'afk' }))).toEqual({
    gameId: '1',
    player: { gameId: '1' },
    reason: 'afk',
  });
});

test('the recipient of a message stands wherever connectors look for it', () => {
  expect(JSON.parse(wireArgs('sendMessage', { message: 'hi', recipientGameId: '1', senderNameOverride: 'Bot' }))).toEqual({
    message: 'hi',
    opts: { recipient: { gameId: '1' }, senderNameOverride: 'Bot' },
    recipient: { gameId: '1' },
    recipientGameId: '1',
  });
});

test('what has no value has no key, and an action without arguments sends an empty object', () => {
  expect(JSON.parse(wireArgs('sendMessage', { message: 'hi' }))).toEqual({ message: 'hi', opts: {} });
  expect(wireArgs('getPlayers', {})).toBe('{}');
});
