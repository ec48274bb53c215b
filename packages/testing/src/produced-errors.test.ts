import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import { Empty, Strict, Uuid } from '@takaro/contracts/shapes';
import { describe, expect, test } from 'vitest';
import { recordAnswers } from './answer-record.ts';
import { findUnproduced, HTTP, publicCode, publicPromises, readAnswers, requireProduced } from './produced-errors.ts';

const contract = request({
  service: 'players',
  operation: 'greet',
  permission: [],
  rest: { method: 'POST', path: '/player/:playerId/greet', id: 'PlayerController_greet' },
  input: Strict({ playerId: Uuid }),
  output: Empty,
  errors: ['PLAYER_NOT_FOUND'],
});

async function answersAfter(codes: readonly ('PLAYER_NOT_FOUND' | 'INVALID_MESSAGE' | null)[]) {
  const folder = await mkdtemp(join(tmpdir(), `takaro-answers-${newId()}`));
  try {
    const observe = recordAnswers(folder);
    for (const code of codes) observe(contract, code);
    return await readAnswers(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a code that a contract lists and nobody answered is named, with its contract', async () => {
  const seen = await answersAfter([null, 'INVALID_MESSAGE']);

  expect(findUnproduced([contract], seen)).toEqual([{ contract: 'players.greet', code: 'PLAYER_NOT_FOUND' }]);
  expect(() => requireProduced([contract], seen)).toThrow('players.greet never answered PLAYER_NOT_FOUND');
});

test('an operation that never had a good answer is named', async () => {
  const seen = await answersAfter(['PLAYER_NOT_FOUND']);

  expect(() => requireProduced([contract], seen)).toThrow('players.greet never had a good answer');
});

test('nothing is missing when each code and a good answer were seen', async () => {
  const seen = await answersAfter([null, 'PLAYER_NOT_FOUND', null]);

  expect(findUnproduced([contract], seen)).toEqual([]);
  expect(() => requireProduced([contract], seen)).not.toThrow();
});

describe('over HTTP', () => {
  const operation = 'PlayerController_greet';
  const notFound = publicCode(404, 'NotFoundError');

  test('what was seen at the bus alone is named, with the route and the public code', async () => {
    const seen = await answersAfter([null, 'PLAYER_NOT_FOUND']);

    expect(findUnproduced(publicPromises([contract]), seen)).toEqual([
      { contract: `http.${operation}`, code: null },
      { contract: `http.${operation}`, code: notFound },
    ]);
  });

  test('nothing is missing when the route gave its good answer and each public code', async () => {
    const seen = [null, notFound].map((code) => ({ service: HTTP, operation, code }));

    expect(findUnproduced(publicPromises([contract]), seen)).toEqual([]);
  });

  test('an operation without a route promises nothing', () => {
    const { rest: _rest, ...inner } = contract;

    expect(publicPromises([inner])).toEqual([]);
  });
});
