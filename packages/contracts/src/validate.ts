import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { ServiceError } from './errors.ts';
import { findingsOf } from './findings.ts';
import { isInstant, isUuid } from './formats.ts';

const ajv = new Ajv({ strict: false, allErrors: true, removeAdditional: false, coerceTypes: false, verbose: true });
formats.default(ajv);
// Those of ajv let pass what PostgreSQL refuses.
ajv.addFormat('uuid', isUuid);
ajv.addFormat('date-time', isInstant);

const compiled = new WeakMap<TSchema, ValidateFunction>();

/** The only place where foreign data gets a type. @throws ServiceError INVALID_MESSAGE with the findings as details */
export function validate<T>(schema: TSchema, value: unknown): T {
  if (matches<T>(schema, value)) return value;
  throw new ServiceError('INVALID_MESSAGE', { details: findingsOf(checkOf(schema).errors ?? [], value) });
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
