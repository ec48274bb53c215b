import { nameOfShape } from '@takaro/contracts/shape-names';

export type Json = Readonly<Record<string, unknown>>;

/** The named schemas of a document while it is written. */
export interface Components {
  readonly schemas: Json;
  /** A schema of a contract in the words of OpenAPI 3.0; shapes with a name become references. */
  of(schema: unknown): Json;
  /** A reference to a schema that is already in those words, under the name. */
  named(name: string, schema: Json): Json;
}

/** Keywords that mean the same in both. */
const KEPT = [
  'description',
  'type',
  'format',
  'pattern',
  'enum',
  'default',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'required',
  'additionalProperties',
];

/** OpenAPI 3.0 has no type null: a value that is there and nothing. */
const NOTHING: Json = { type: 'object', nullable: true, enum: [null] };

export function createComponents(): Components {
  const schemas: Record<string, Json> = {};
  const reference = (name: string, write: () => Json): Json => {
    if (!(name in schemas)) {
      // Before it is written, so that a shape may hold itself.
      schemas[name] = {};
      schemas[name] = write();
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  const of = (schema: unknown): Json => {
    const name = nameOfShape(schema);
    return name === undefined ? write(schema, of) : reference(name, () => write(schema, of));
  };
  return { schemas, of, named: (name, schema) => reference(name, () => schema) };
}

type Of = (schema: unknown) => Json;

const recordOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function write(given: unknown, of: Of): Json {
  const schema = recordOf(given);
  if (schema['type'] === 'null') return NOTHING;
  if ('const' in schema) return { type: typeof schema['const'], enum: [schema['const']] };
  if ('anyOf' in schema) return union(listOf(schema['anyOf']), of);
  const kept = Object.fromEntries(KEPT.filter((keyword) => keyword in schema).map((keyword) => [keyword, schema[keyword]]));
  const { properties, items, allOf, not, patternProperties, exclusiveMinimum, exclusiveMaximum } = schema;
  return {
    ...kept,
    ...(properties !== undefined && { properties: mapValues(properties, of) }),
    ...(items !== undefined && { items: of(items) }),
    ...(allOf !== undefined && { allOf: listOf(allOf).map(of) }),
    ...(not !== undefined && { not: of(not) }),
    ...(patternProperties !== undefined && { additionalProperties: of(Object.values(recordOf(patternProperties))[0]) }),
    ...(exclusiveMinimum !== undefined && { minimum: exclusiveMinimum, exclusiveMinimum: true }),
    ...(exclusiveMaximum !== undefined && { maximum: exclusiveMaximum, exclusiveMaximum: true }),
  };
}

function union(branches: readonly unknown[], of: Of): Json {
  const values = branches.filter((branch) => recordOf(branch)['type'] !== 'null').map(of);
  const [only] = values;
  if (values.length === branches.length) return { anyOf: values };
  if (values.length > 1 || only === undefined || '$ref' in only || !('type' in only)) return { anyOf: [...values, NOTHING] };
  return { ...only, nullable: true, ...('enum' in only && { enum: [...listOf(only['enum']), null] }) };
}

const mapValues = (object: unknown, change: Of): Json =>
  Object.fromEntries(Object.entries(recordOf(object)).map(([name, value]) => [name, change(value)]));
