import { type Operation, OPERATIONS } from '@takaro/api';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

export interface HttpAnswer {
  readonly status: number;
  /** Without parameters. */
  readonly contentType: string;
  readonly body: unknown;
}

interface DocumentedResponse {
  readonly content?: Readonly<Record<string, unknown>>;
}

/** What of an OpenAPI document is looked at here. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, DocumentedResponse>> }>>>>;
}

/** Holds answers against an OpenAPI document. */
export interface DocumentedAnswers {
  /** @throws Error when the document does not say that the operation answers this */
  require(operation: Operation, answer: HttpAnswer): void;
}

const pointer = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

export function documentedAnswers(document: Document): DocumentedAnswers {
  const ajv = new Ajv({ strict: false, allErrors: true, code: { optimize: false } });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<string, ValidateFunction>();
  const checkAt = (place: string): ValidateFunction => {
    const known = compiled.get(place) ?? ajv.compile({ $ref: `openapi#${place}` });
    compiled.set(place, known);
    return known;
  };
  return {
    require: (operation, { status, contentType, body }) => {
      const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
      const method = operation.httpMethod.toLowerCase();
      const response = document.paths[path]?.[method]?.responses[status];
      if (!response) throw new Error(`The OpenAPI document says nothing of ${status} for ${operation.id}: ${JSON.stringify(body)}`);
      if (!response.content?.[contentType]) {
        throw new Error(`The OpenAPI document knows no ${contentType} as an answer ${status} of ${operation.id}: ${JSON.stringify(body)}`);
      }
      if (contentType !== 'application/json') return;
      const check = checkAt(pointer('paths', path, method, 'responses', String(status), 'content', contentType, 'schema'));
      if (check(body)) return;
      throw new Error(
        `${operation.id} answered ${status} not as the OpenAPI document says: ${ajv.errorsText(check.errors)}\n${JSON.stringify(body)}`,
      );
    },
  };
}

/** Static segments win over parameters, wherever they stand. */
const RANKED = [...OPERATIONS]
  .map((operation) => ({ operation, pattern: new RegExp(`^${operation.path.replaceAll(/:\w+/g, '[^/]+').replace(/\/$/, '')}/?$`, 'i') }))
  .sort((a, b) => a.operation.pathParams.length - b.operation.pathParams.length);

/** The operation that a method and a path, with or without a query, stand for. */
export const operationAt = (method: string, path: string): Operation | undefined =>
  RANKED.find(({ operation, pattern }) => operation.httpMethod === method && pattern.test(path.split('?')[0] ?? ''))?.operation;
