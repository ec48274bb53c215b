import { type TSchema, Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { ServiceError } from './errors.ts';
import { Search } from './search.ts';
import { Instant, Nullable, OneOf, Strict, Uuid } from './shapes.ts';
import { validate } from './validate.ts';

const schema = Strict({
  name: Type.String({ minLength: 3, maxLength: 20 }),
  count: Type.Optional(Type.Integer({ minimum: 0 })),
  state: Type.Optional(OneOf(['on', 'off'])),
  ownerId: Type.Optional(Nullable(Uuid)),
  since: Type.Optional(Instant),
  parts: Type.Optional(Type.Array(Strict({ label: Type.String() }))),
  tags: Type.Optional(Type.Array(Type.String())),
});

function detailsOf(value: unknown, wanted: TSchema = schema): unknown {
  try {
    validate(wanted, value);
  } catch (error) {
    if (error instanceof ServiceError) return error.details;
  }
  return undefined;
}

/** A finding about a property of `{ name: 'abc', … }` without children. */
const about = (property: string, value: unknown, constraint: string) => [
  { target: { name: 'abc', [property]: value }, value, property, children: [], constraints: { [constraint]: expect.any(String) } },
];

describe('a property at fault is told with its rule, as the published API names it', () => {
  test.each([
    ['count', 'x', 'isNumber'],
    ['count', 1.5, 'isInt'],
    ['count', -1, 'min'],
    ['state', 'half', 'isEnum'],
    ['ownerId', 'x', 'isUuid'],
    ['ownerId', 5, 'isUuid'],
    ['ownerId', 'urn:uuid:01890000-0000-7000-8000-000000000000', 'isUuid'],
    ['since', 'yesterday', 'isIso8601'],
    ['tags', 'x', 'isArray'],
    ['tags', [null], 'isString'],
  ])('%s: %j breaks %s', (property, value, constraint) => {
    expect(detailsOf({ name: 'abc', [property]: value })).toEqual(about(property, value, constraint));
  });

  test('a text of a wrong length breaks the one rule for both ends', () => {
    expect(detailsOf({ name: 'a' })).toEqual([
      { target: { name: 'a' }, value: 'a', property: 'name', children: [], constraints: { isLength: 'name must have 3 to 20 characters' } },
    ]);
  });

  test('a missing property breaks the rules of its value, and shows none', () => {
    expect(detailsOf({})).toEqual([
      { target: {}, property: 'name', children: [], constraints: { isString: expect.any(String), isLength: expect.any(String) } },
    ]);
  });

  test('an unknown property has no children', () => {
    expect(detailsOf({ name: 'abc', more: 1 })).toEqual([
      {
        target: { name: 'abc', more: 1 },
        value: 1,
        property: 'more',
        constraints: { whitelistValidation: 'property more should not exist' },
      },
    ]);
  });

  test('what is wrong inside objects and lists hangs below them', () => {
    const parts = [{ label: 'a' }, { label: 1 }];

    expect(detailsOf({ name: 'abc', parts })).toEqual([
      {
        target: { name: 'abc', parts },
        value: parts,
        property: 'parts',
        children: [
          {
            target: parts,
            value: parts[1],
            property: '1',
            children: [{ target: parts[1], value: 1, property: 'label', children: [], constraints: { isString: expect.any(String) } }],
          },
        ],
      },
    ]);
  });

  test('something else than an object is told without a name', () => {
    expect(detailsOf('x')).toEqual([{ property: '', children: [], constraints: { isObject: expect.any(String) } }]);
  });
});

describe('in a search', () => {
  const search = Search({ filters: { name: Type.String(), id: Uuid, system: Type.Boolean() }, extend: ['roles'] });

  test.each([
    ['a scalar filter', { name: 'x' }, 'isArray'],
    ['a null in a list', { name: ['a', null] }, 'isString'],
    ['a text that is no id', { id: ['x'] }, 'isUuid'],
    ['a field that does not exist', { shoe: ['44'] }, 'whitelistValidation'],
  ])('%s is told at its field', (_what, filters, constraint) => {
    const [field] = Object.keys(filters);

    expect(detailsOf({ filters }, search)).toMatchObject([
      { property: 'filters', children: [{ property: field, constraints: { [constraint]: expect.any(String) } }] },
    ]);
  });

  test('an unknown relation breaks isEnum of extend', () => {
    expect(detailsOf({ extend: ['roles', 'x'] }, search)).toMatchObject([
      { property: 'extend', constraints: { isEnum: expect.any(String) } },
    ]);
  });

  test('true, null as a text and nothing at all are no faults', () => {
    expect(detailsOf({ filters: { system: true, id: ['null'] }, extend: [] }, search)).toBeUndefined();
  });
});

describe('what was sent is not sent back without bounds', () => {
  test('a long value and its holder are left out', () => {
    const [finding] = detailsOf({ name: 'a'.repeat(10_000) }) as [object];

    expect(finding).toEqual({ property: 'name', children: [], constraints: { isLength: expect.any(String) } });
  });

  test('of thousands of faults the first are told', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]));

    expect(JSON.stringify(detailsOf({ name: 'abc', ...many })).length).toBeLessThan(10_000);
  });

  test('a property named __proto__ is told as any other', () => {
    expect(detailsOf(JSON.parse('{"name":"abc","__proto__":{"a":1}}'))).toMatchObject([{ property: '__proto__' }]);
  });
});
