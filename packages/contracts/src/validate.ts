import { Ajv, type Options, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { ServiceError } from './errors.ts';
import { findingsOf } from './findings.ts';
import { isInstant, isJson, isUuid } from './formats.ts';

/** The only place where foreign data gets a type. @throws ServiceError INVALID_MESSAGE with the findings as details */
export function validate<T>(schema: TSchema, value: unknown): T {
  if (matches<T>(schema, value)) return value;
  const check = explaining(schema);
  check(value);
  throw new ServiceError('INVALID_MESSAGE', { details: findingsOf(check.errors ?? [], value) });
}

/** Whether a value has the shape of the schema. */
export function matches<T>(schema: TSchema, value: unknown): value is T {
  return deciding(schema)(value);
}

type Checks = (schema: TSchema) => ValidateFunction;

/**
 * What ajv's own optimizer leaves out V8 leaves out as well; it takes half of the time in which a schema is compiled, or more. All schemas
 * are ours: the schema of schemas, itself the dearest of all to compile, is asked of those of contracts by a test and not at each start.
 */
const QUICKLY_MADE: Options = { code: { optimize: false }, meta: false, validateSchema: false };

function checksOf(options: Options): Checks {
  const ajv = new Ajv({ strict: false, removeAdditional: false, coerceTypes: false, ...QUICKLY_MADE, ...options });
  formats.default(ajv);
  // Those of ajv let pass what PostgreSQL refuses.
  ajv.addFormat('uuid', isUuid);
  ajv.addFormat('date-time', isInstant);
  ajv.addFormat('json', isJson);
  const compiled = new WeakMap<TSchema, ValidateFunction>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known) return known;
    const check = ajv.compile(schema);
    compiled.set(schema, check);
    return check;
  };
}

/** Nearly everything is as it should be: what only decides is made and runs in two thirds of the time of what also explains. */
const deciding = checksOf({});
const explaining = checksOf({ allErrors: true, verbose: true });
