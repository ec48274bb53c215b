import { request } from '@takaro/contracts/contract';
import { Empty, Instant, Nullable, Strict } from '@takaro/contracts/shapes';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { inputOf } from './arguments.ts';
import { operationOf } from './operation.ts';

const rest = {
  method: 'POST',
  path: '/thing/:thingId/part/:index',
  id: 'ThingController_getPart',
  query: ['keys', 'isLoud'],
  headers: { origin: 'x-origin' },
} as const;

const operation = operationOf(
  request({
    service: 'players',
    operation: 'get-part',
    permission: [],
    rest,
    input: Strict({
      thingId: Type.String(),
      index: Type.Integer(),
      keys: Type.Optional(Type.Array(Type.String())),
      isLoud: Type.Optional(Type.Boolean()),
      origin: Type.Optional(Type.String()),
      text: Type.Optional(Type.String()),
      until: Type.Optional(Nullable(Instant)),
      within: Type.Optional(Strict({ from: Type.Optional(Instant) })),
    }),
    output: Empty,
    errors: [],
  }),
  rest,
);

describe('the input of an operation', () => {
  test('is put together from path, query, headers and body, with numbers, flags and lists as the contract wants them', () => {
    const input = inputOf(operation, {
      params: { thingId: 't', index: '7' },
      query: { keys: 'one', isLoud: 'true' },
      headers: { 'x-origin': 'here', 'x-other': 'there' },
      body: { text: '12' },
    });

    expect(input).toEqual({ thingId: 't', index: 7, keys: ['one'], isLoud: true, origin: 'here', text: '12' });
  });

  test.each([[undefined], [null], ['']])('counts a body of %j as empty, as the published client sends it', (body) => {
    expect(inputOf(operation, { params: { thingId: 't', index: '0' }, body })).toEqual({ thingId: 't', index: 0 });
  });

  test.each([
    ['a body that repeats a path parameter', { body: { thingId: 'other' } }, 'thingId'],
    ['a body that sets a header parameter', { body: { origin: 'forged' } }, 'origin'],
    ['a query that the operation does not know', { query: { text: 'x' } }, 'text'],
    ['a body that is a list', { body: ['x'] }, ''],
  ])('refuses %s', (_what, args, property) => {
    const attempt = () => inputOf(operation, { params: { thingId: 't', index: '0' }, ...args });

    expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_MESSAGE', details: [expect.objectContaining({ property })] }));
  });

  test.each([
    ['2030-01-31', '2030-01-31T00:00:00Z'],
    ['2030-01-31T12:30', '2030-01-31T12:30:00Z'],
    ['2030-01-31T12:30:15.5', '2030-01-31T12:30:15.5Z'],
    ['2030-01-31 12:30:15+02', '2030-01-31T12:30:15+02:00'],
    ['2030-01-31T12:30:15.123Z', '2030-01-31T12:30:15.123Z'],
    ['tomorrow', 'tomorrow'],
  ])('makes of the date %s the instant %s, where the contract wants one', (text, instant) => {
    const body = { text, until: text, within: { from: text } };

    const input = inputOf(operation, { params: { thingId: 't', index: '0' }, body });

    expect(input).toMatchObject({ text, until: instant, within: { from: instant } });
  });

  test('leaves a text that is no number as it is, so that the contract refuses it', () => {
    expect(inputOf(operation, { params: { thingId: 't', index: '1e9x' } })).toMatchObject({ index: '1e9x' });
  });
});

describe('an operation', () => {
  test('is named as the published client names it', () => {
    expect(operation).toMatchObject({ group: 'thing', method: 'thingControllerGetPart', pathParams: ['thingId', 'index'], hasBody: true });
  });
});
