import { ACTIONS, type ActionName } from '@takaro/contracts/gameservers/actions';
import { matches } from '@takaro/contracts/validate';
import { expect, test } from 'vitest';
import { createKnownNames } from '../events/known-names.ts';
import type { Frame } from '../frames.ts';
import { readAnswer } from './read-answer.ts';

const answerTo = (action: ActionName, frame: Partial<Frame>) => {
  const answer: Frame = { type: 'response', payload: undefined, requestId: 'x', error: undefined, bytes: 10, ...frame };
  const { reply } = readAnswer(action, answer, createKnownNames());
  if ('result' in reply) expect(matches(ACTIONS[action].result, reply.result)).toBe(true);
  return reply;
};

test.each([
  ['a frame of type error with a message', { type: 'error', payload: { message: 'no' } }],
  ['a frame of type error with an error', { type: 'error', payload: { error: 'no' } }],
  ['an error beside the payload', { error: 'no' }],
  ['an error object beside a null payload', { payload: null, error: { code: 'game_error', message: 'no' } }],
  ['an error in the payload', { payload: { error: 'no' } }],
  ['an error object in the payload', { payload: { error: { message: 'no' } } }],
  ['success false with an error', { payload: { success: false, error: 'no' } }],
  ['success false with a message', { payload: { success: false, message: 'no' } }],
  ['success false with a code', { payload: { success: false, errorCode: 'no' } }],
] as const)('%s is a failure with the words of the game', (_title, frame) => {
  expect(answerTo('sendMessage', frame)).toEqual({ failure: 'failed', reason: 'no' });
});

test('an action without a result is done whatever the payload, if it is no failure', () => {
  for (const payload of [undefined, null, {}, { success: true }, 'ok', []])
    expect(answerTo('kickPlayer', { payload })).toEqual({ result: null });
});

test('on the console success false is a result like any other', () => {
  expect(answerTo('executeConsoleCommand', { payload: { rawResult: 'x', success: false, errorMessage: 'bad' } })).toEqual({
    result: { rawResult: 'x', success: false, errorMessage: 'bad' },
  });
  expect(answerTo('executeConsoleCommand', { payload: 'done' })).toEqual({ result: { rawResult: 'done', success: true } });
});

test('a player who is not there may be null, nothing, an empty object or an error', () => {
  for (const frame of [
    { payload: null },
    {},
    { payload: {} },
    { payload: { error: 'unknown player' } },
    { type: 'error', payload: { message: 'x' } },
  ]) {
    expect(answerTo('getPlayer', frame)).toEqual({ result: null });
  }
});

test('nowhere may be null or the origin', () => {
  expect(answerTo('getPlayerLocation', { payload: null })).toEqual({ result: null });
  expect(answerTo('getPlayerLocation', { payload: { x: 0, y: 0, z: 0 } })).toEqual({ result: null });
  expect(answerTo('getPlayerLocation', { payload: { x: '1', y: 2, z: 3 } })).toEqual({ result: { x: 1, y: 2, z: 3 } });
});

test('lists are read element by element, with extra fields left out', () => {
  const players = [{ gameId: 1, name: 'Alice', online: true }, { nobody: true }];
  expect(answerTo('getPlayers', { payload: players })).toEqual({ result: [{ gameId: '1', name: 'Alice' }] });
  expect(answerTo('getPlayerInventory', { payload: [{ code: 'wood', amount: '3', quality: 2 }] })).toEqual({
    result: [{ code: 'wood', name: 'wood', amount: 3, quality: '2' }],
  });
  expect(answerTo('listBans', { payload: [{ gameId: '1', name: 'Alice', reason: null }] })).toEqual({
    result: [{ player: { gameId: '1', name: 'Alice' }, reason: '' }],
  });
});

test('a bare true is reachable', () => {
  expect(answerTo('testReachability', { payload: true })).toEqual({ result: { connectable: true } });
  expect(answerTo('testReachability', { payload: { connectable: 1, reason: null } })).toEqual({ result: { connectable: true } });
});

test('what cannot be read is invalid, and the connector is told why', () => {
  const frame: Frame = { type: 'response', payload: { players: [] }, requestId: 'x', error: undefined, bytes: 10 };
  expect(readAnswer('getPlayers', frame, createKnownNames())).toEqual({
    reply: { failure: 'invalid-answer' },
    complaint: 'Expected array for action getPlayers but got object',
  });
  expect(answerTo('testReachability', {})).toEqual({ failure: 'invalid-answer' });
});
