import { randomUUID } from 'node:crypto';
import { matches } from '@takaro/contracts/validate';
import type { TSchema } from 'typebox';

/** The keywords of JSON Schema that contracts use. */
interface Node {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
}

/** Texts that are tried in turn against a pattern. */
const CANDIDATES = [
  'a',
  'main',
  '1',
  '0',
  'aa',
  'abc',
  'A',
  'A_B',
  '1.0.0',
  '0 0 * * *',
  '#ffffff',
  'a@b.example',
  'UTC',
  '2026-01-01',
  '10',
  '127.0.0.1',
];

const FORMATS: Readonly<Record<string, () => string>> = {
  uuid: () => randomUUID(),
  'date-time': () => '2026-01-01T00:00:00.000Z',
  date: () => '2026-01-01',
  email: () => 'someone@takaro.example',
  uri: () => 'https://takaro.example/',
  ipv4: () => '127.0.0.1',
  json: () => '{}',
};

/**
 * A minimal valid instance of a schema: required properties only, null where it may be, the shortest text, the smallest number; UUIDs
 * are random. @throws Error when it finds none
 */
export function sample<T = unknown>(schema: TSchema): T {
  const value: unknown = instance(schema);
  if (matches<T>(schema, value)) return value;
  throw new Error(`no sample for ${JSON.stringify(schema)}: ${JSON.stringify(value)} does not match`);
}

function instance(node: Node): unknown {
  if ('const' in node) return node.const;
  if (node.enum) return node.enum[0];
  if (node.anyOf) return instance(node.anyOf.find(({ type }) => type === 'null') ?? node.anyOf[0] ?? {});
  if (node.allOf) return Object.assign({}, ...node.allOf.map((part) => instance(part)));
  switch (node.type) {
    case 'object':
      return Object.fromEntries((node.required ?? []).map((name) => [name, instance(node.properties?.[name] ?? {})]));
    case 'array':
      return Array.from({ length: node.minItems ?? 0 }, () => instance(node.items ?? {}));
    case 'string':
      return text(node);
    case 'integer':
    case 'number':
      return number(node);
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function text({ format, pattern, minLength = 0 }: Node): string {
  const formatted = format ? FORMATS[format] : undefined;
  if (formatted) return formatted();
  if (!pattern) return 'a'.repeat(minLength);
  const fits = new RegExp(pattern, 'u');
  const found = CANDIDATES.find((candidate) => candidate.length >= minLength && fits.test(candidate));
  if (found === undefined) throw new Error(`no sample for the pattern ${pattern}: add one to CANDIDATES`);
  return found;
}

const number = ({ minimum, exclusiveMinimum, maximum }: Node): number =>
  minimum ?? (exclusiveMinimum === undefined ? Math.min(0, maximum ?? 0) : exclusiveMinimum + 1);
