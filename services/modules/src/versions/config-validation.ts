import { ServiceError } from '@takaro/contracts/errors';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';

type Config = Record<string, unknown>;

/**
 * Patterns in schemas are written by tenants and run in this process, so they run on a linear-time engine; one that it cannot express
 * makes the schema invalid. Ajv asks for `code` only when it writes standalone modules.
 */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string): boolean => compiled.matcher(text).find() };
  },
  { code: 'linearRegExp' },
);

const compiled = new LRUCache<string, ValidateFunction>({ max: 1_000 });

/** A schema in the published dialect: draft-07, strict, with the keyword `x-component`. @throws ServiceError CONFIG_SCHEMA_INVALID */
export function compileConfigSchema(schemaText: string): ValidateFunction {
  const known = compiled.get(schemaText);
  if (known) return known;
  try {
    // One Ajv per schema: an `$id` in one tenant's schema must not clash with another's.
    const ajv = new Ajv({ useDefaults: true, strict: true, allErrors: true, code: { regExp: linearRegExp } });
    formats.default(ajv);
    ajv.addKeyword('x-component');
    const validate = ajv.compile(JSON.parse(schemaText));
    compiled.set(schemaText, validate);
    return validate;
  } catch (error) {
    throw new ServiceError('CONFIG_SCHEMA_INVALID', { cause: error, details: error instanceof Error ? error.message : undefined });
  }
}

/** The configuration with the schema's defaults filled in. @throws ServiceError CONFIG_INVALID, with the findings as details */
export function validConfig(schemaText: string, config: unknown): Config {
  const validate = compileConfigSchema(schemaText);
  const filled: unknown = structuredClone(config);
  if (!validate(filled)) throw configInvalid(validate.errors ?? []);
  return isObject(filled) ? filled : {};
}

/** Fills in defaults where they are missing, and keeps what was valid once. */
export function withDefaults(schemaText: string, config: Config): Config {
  const filled = structuredClone(config);
  compileConfigSchema(schemaText)(filled);
  return filled;
}

/** A configuration as requests have it: JSON in a string. @throws ServiceError CONFIG_INVALID */
export function parseConfig(text: string | undefined): Config {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below: not JSON is as wrong as not an object.
  }
  throw new ServiceError('CONFIG_INVALID', { params: { reason: 'not a JSON object' } });
}

const isObject = (value: unknown): value is Config => typeof value === 'object' && value !== null && !Array.isArray(value);

function configInvalid(errors: readonly ErrorObject[]): ServiceError {
  const reason = errors.map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is not valid'}`).join(', ');
  return new ServiceError('CONFIG_INVALID', { params: { reason: reason.slice(0, 1_000) }, details: errors });
}
