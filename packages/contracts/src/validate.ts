import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { ServiceError } from './errors.ts';
import { isInstant, isUuid } from './formats.ts';

const ajv = new Ajv({ strict: false, allErrors: true, removeAdditional: false, coerceTypes: false });
formats.default(ajv);
// Those of ajv let pass what PostgreSQL refuses.
ajv.addFormat('uuid', isUuid);
ajv.addFormat('date-time', isInstant);

const compiled = new WeakMap<TSchema, ValidateFunction>();

/** One property at fault, in the shape that the REST API shows as `details`. */
export interface Finding {
  readonly property: string;
  readonly constraints: Readonly<Record<string, string>>;
}

/** The only place where foreign data gets a type. @throws ServiceError INVALID_MESSAGE with the findings as details */
export function validate<T>(schema: TSchema, value: unknown): T {
  if (matches<T>(schema, value)) return value;
  throw new ServiceError('INVALID_MESSAGE', { details: findings(checkOf(schema).errors ?? []) });
}

/** Whether a value has the shape of the schema. */
export function matches<T>(schema: TSchema, value: unknown): value is T {
  return checkOf(schema)(value);
}

function checkOf(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const check = ajv.compile(schema);
  compiled.set(schema, check);
  return check;
}

const findings = (errors: readonly ErrorObject[]): Finding[] =>
  errors.map((error) => ({
    property: propertyOf(error),
    constraints: { [ruleOf(error)]: `${propertyOf(error)} ${error.message ?? 'is not valid'}` },
  }));

const propertyOf = ({ instancePath, params }: ErrorObject): string => {
  const path = instancePath.split('/').slice(1);
  const named = params['additionalProperty'] ?? params['missingProperty'];
  return [...path, ...(typeof named === 'string' ? [named] : [])].join('.');
};

/** Rule names of the published API where it has one for the keyword. */
const RULES: Readonly<Record<string, string>> = {
  additionalProperties: 'whitelistValidation',
  required: 'isDefined',
  enum: 'isEnum',
  minLength: 'minLength',
  maxLength: 'maxLength',
  minimum: 'min',
  maximum: 'max',
  pattern: 'matches',
};

const TYPE_RULES: Readonly<Record<string, string>> = {
  string: 'isString',
  number: 'isNumber',
  integer: 'isInt',
  boolean: 'isBoolean',
  array: 'isArray',
  object: 'isObject',
};

function ruleOf({ keyword, params }: ErrorObject): string {
  if (keyword === 'type') return TYPE_RULES[String(params['type'])] ?? 'type';
  if (keyword === 'format')
    return params['format'] === 'uuid' ? 'isUuid' : params['format'] === 'date-time' ? 'isIso8601' : `is${String(params['format'])}`;
  return RULES[keyword] ?? keyword;
}
