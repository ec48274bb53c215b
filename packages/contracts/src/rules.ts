import type { ErrorObject } from 'ajv';

export interface Rule {
  /** As the published API names it. */
  readonly rule: string;
  /** What must hold, to be read after the name of the property. */
  readonly text: string;
}

interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: unknown;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Rules of keywords whose name says all. */
const RULES: Readonly<Record<string, string>> = {
  additionalProperties: 'whitelistValidation',
  const: 'equals',
  minimum: 'min',
  exclusiveMinimum: 'min',
  maximum: 'max',
  exclusiveMaximum: 'max',
  pattern: 'matches',
  minItems: 'arrayMinSize',
  maxItems: 'arrayMaxSize',
  uniqueItems: 'arrayUnique',
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'isUuid',
  'date-time': 'isIso8601',
  email: 'isEmail',
  uri: 'isUrl',
  json: 'isJson',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'isString',
  number: 'isNumber',
  boolean: 'isBoolean',
  array: 'isArray',
  object: 'isObject',
};

/** The rule that a value broke. */
export function ruleOf({ keyword, params, parentSchema = {}, data, message }: ErrorObject): Rule {
  const schema: Schema = parentSchema;
  switch (keyword) {
    case 'additionalProperties':
      return { rule: 'whitelistValidation', text: 'should not exist' };
    case 'type':
      return typeof data === 'number' && params['type'] === 'integer' ? { rule: 'isInt', text: 'must be an integer' } : kindOf(schema);
    case 'enum':
    case 'format':
      return kindOf(schema);
    case 'minLength':
    case 'maxLength':
      return lengthOf(schema);
    default:
      return { rule: RULES[keyword] ?? keyword, text: message ?? 'is not valid' };
  }
}

/** The rules that a missing property breaks: those that its value would have had to keep. */
export function rulesMissed({ params, parentSchema = {} }: ErrorObject): Rule[] {
  const whole: Schema = parentSchema;
  const schema = whole.properties?.[String(params['missingProperty'])] ?? {};
  const { minLength, maxLength } = schema;
  return [kindOf(schema), ...(minLength === undefined && maxLength === undefined ? [] : [lengthOf(schema)])];
}

/** What kind of value a schema wants. */
function kindOf(schema: Schema): Rule {
  const { format, anyOf, type } = schema;
  if (schema.enum) return { rule: 'isEnum', text: `must be one of: ${schema.enum.join(', ')}` };
  if (anyOf?.[0]) return kindOf(anyOf[0]);
  if (format !== undefined && FORMATS[format]) return { rule: FORMATS[format], text: `must be a ${format}` };
  if (type === 'integer') return { rule: 'isNumber', text: 'must be a number' };
  const rule = TYPES[String(type)];
  return rule === undefined ? { rule: 'isDefined', text: 'must be given' } : { rule, text: `must be of the type ${String(type)}` };
}

function lengthOf({ minLength, maxLength }: Schema): Rule {
  if (minLength === undefined) return { rule: 'maxLength', text: `must have at most ${maxLength} characters` };
  if (maxLength === undefined) return { rule: 'minLength', text: `must have at least ${minLength} characters` };
  return { rule: 'isLength', text: `must have ${minLength} to ${maxLength} characters` };
}
