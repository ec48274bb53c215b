import { ALL_REQUESTS } from '@takaro/contracts/all';
import { matches } from '@takaro/contracts/validate';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { sample } from './sample.ts';

describe('a sample', () => {
  test('is a minimal valid instance', () => {
    const schema = Type.Object({
      name: Type.String({ minLength: 3 }),
      note: Type.Optional(Type.String()),
      player: Type.Union([Type.Object({}), Type.Null()]),
      amounts: Type.Array(Type.Integer({ minimum: 5 }), { minItems: 1 }),
    });

    expect(sample(schema)).toEqual({ name: 'aaa', player: null, amounts: [5] });
  });

  test('names what it cannot make', () => {
    expect(() => sample(Type.String({ pattern: '^never[^\\s\\S]$' }))).toThrow('never');
  });

  test.for(ALL_REQUESTS.map((contract) => [`${contract.service}.${contract.operation}`, contract] as const))(
    'fits the input and the output of %s',
    ([, contract]) => {
      expect(matches(contract.input, sample(contract.input))).toBe(true);
      expect(matches(contract.output, sample(contract.output))).toBe(true);
    },
  );
});
