import fc from 'fast-check';

/** The keywords of JSON Schema that contracts use. */
interface Node {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly type?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
}

/** Texts that have broken something somewhere. */
const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '\u202e\u200b\ufeff',
  '🦦👩‍👩‍👧‍👦e\u0301',
  'İı',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  `' or 1=1 --`,
  `"; '$1' {schema} {platform} %_\\`,
  '${7*7}{{7*7}}',
  '../../../../etc/passwd',
  '%00%ff',
  '(a+)+$',
  '[',
  '{"a":{"b":1}}',
  '<script>1</script>',
  '\r\nx-odd: 1',
  '1e999',
  'x'.repeat(40_000),
];

const NUMBERS = [0, -0, -1, 0.1, 1e-320, 1e21, 1e308, -1e308, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 2 ** 63, 2 ** 64];

/** Of which JavaScript, JSON Schema and PostgreSQL do not think alike. */
const DATES = [
  '2026-01-01T00:00:00.000Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2016-12-31T23:59:60Z',
  '2026-02-29T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00+23:59',
  '2026-01-01t00:00:00z',
  '2026-01-01T00:00:00.123456789Z',
  '+275760-09-13T00:00:00.001Z',
  '-271821-04-20T00:00:00Z',
  '2026-01-01',
  'yesterday',
  'infinity',
];

const UUIDS = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{01890000-0000-7000-8000-000000000000}',
  'urn:uuid:01890000-0000-7000-8000-000000000000',
  '01890000000070008000000000000000',
  'latest',
];

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

/** What no property expects. */
const STRANGE: readonly unknown[] = [null, true, [], {}, nested(500), [null], [[]], { $ne: null }, { toString: 1 }, [1, 'a', {}]];

const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 20 }));

/** Anything that JSON can say, whatever a schema wants. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...DATES),
  fc.constantFrom(...STRANGE),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A name that an object of the API does not have, or one that means something to JavaScript. */
export const oddName = fc.constantFrom('constructor', 'hasOwnProperty', 'toJSON', 'then', '0', '', 'a\0b', 'filters.id', '$where');

/** Ids of things that are there, for places that ask for one. */
export type Ids = readonly string[];

const idOf = (ids: Ids): fc.Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, fc.uuid(), fc.constantFrom(...UUIDS));

/** What stands in a path: an id mostly. */
export const oddSegment = (ids: Ids): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: idOf(ids) },
    { weight: 1, arbitrary: fc.constantFrom(...TEXTS.slice(1).map((one) => one.slice(0, 200))) },
  );

/** A value that a schema takes, nearly: wrong in one place of several. */
export function nearly(node: Node, ids: Ids): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 7, arbitrary: fitting(node, ids) }, { weight: 1, arbitrary: odd });
}

function fitting(node: Node, ids: Ids): fc.Arbitrary<unknown> {
  if ('const' in node) return fc.constant(node.const);
  if (node.enum) return fc.constantFrom(...node.enum);
  if (node.anyOf) return fc.oneof(...node.anyOf.map((one) => nearly(one, ids)));
  if (node.allOf) return fc.tuple(...node.allOf.map((one) => fitting(one, ids))).map((parts) => Object.assign({}, ...parts) as unknown);
  switch (node.type) {
    case 'object':
      return objectOf(node, ids);
    case 'array':
      return fc.array(nearly(node.items ?? {}, ids), { maxLength: 3 });
    case 'string':
      return textOf(node, ids);
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.constantFrom(...NUMBERS),
        fc.integer({ min: node.minimum ?? -5, max: node.maximum ?? Math.max(50, node.minimum ?? 0) }),
      );
    case 'boolean':
      return fc.boolean();
    default:
      return odd;
  }
}

const textOf = ({ format, maxLength = 60 }: Node, ids: Ids): fc.Arbitrary<unknown> => {
  if (format === 'uuid') return idOf(ids);
  if (format === 'date-time') return fc.constantFrom(...DATES);
  if (format === 'json')
    return fc.oneof({ weight: 3, arbitrary: fc.json({ maxDepth: 2 }) }, fc.constantFrom('{}', '[]', '{"host":"x"}'), text);
  return fc.oneof(text, fc.string({ maxLength: Math.min(maxLength, 60) }), fc.constantFrom('latest', '1.0.0', '* * * * *', 'global', '{}'));
};

const objectOf = ({ properties = {} }: Node, ids: Ids): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, nearly(one, ids)])), { requiredKeys: [] });
