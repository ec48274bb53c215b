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

/** What was asked over HTTP. */
export interface Asked {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
}

/** Holds answers against an OpenAPI document. */
export interface DocumentedAnswers {
  /**
   * What is neither an operation nor a route of the document may only be refused, in the envelope; but see `OUTSIDE`.
   * @throws Error when the document does not say that what was asked answers this
   */
  require(asked: Asked, answer: HttpAnswer): void;
}

/** Where a document speaks of what was asked. */
interface Place {
  readonly name: string;
  readonly path: string;
  readonly method: string;
}

/** Of an operation, or of a route that the gateway answers by itself. */
function placeOf({ paths }: Document, { method: asked, path }: Asked): Place | undefined {
  const method = asked.toLowerCase();
  const operation = operationAt(asked, path);
  const own = bare(path).toLowerCase();
  // Such as `/event/stream`, which no service answers, before `/event/{id}`.
  const isOwn = !operation || (operation.pathParams.length > 0 && paths[own] !== undefined);
  if (isOwn) return paths[own]?.[method] && { name: `${asked} ${own}`, path: own, method };
  return { name: operation.id, path: operation.path.replaceAll(/:(\w+)/g, '{$1}'), method };
}

/** What no document of operations is about: the handshakes of sockets, and what the page to read it loads. */
const OUTSIDE = /^\/(?:socket\.io$|api\/assets\/|api\/start\.js$)/i;

/** What a browser asks first is answered for every path alike. */
const isOutside = ({ method, path }: Asked): boolean => method === 'OPTIONS' || OUTSIDE.test(bare(path));

/** Without a query and a slash at the end. */
const bare = (path: string): string => (path.split('?')[0] ?? '').replace(/(.)\/$/, '$1');

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
    require: (asked, { status, contentType, body }) => {
      const place = placeOf(document, asked);
      if (!place) {
        if (isOutside(asked)) return;
        const isRefusal = checkAt('/components/schemas/ErrorOutput');
        if (status >= 400 && contentType === 'application/json' && isRefusal(body)) return;
        throw new Error(`${asked.method} ${asked.path} is not in the OpenAPI document and answered ${status}: ${JSON.stringify(body)}`);
      }
      const { name, path, method } = place;
      const shown = (): string => JSON.stringify(body);
      const response = document.paths[path]?.[method]?.responses[status];
      if (!response) throw new Error(`The OpenAPI document says nothing of ${status} for ${name}: ${shown()}`);
      // What leads elsewhere holds nothing.
      if (!response.content && body === '') return;
      if (!response.content?.[contentType]) {
        throw new Error(`The OpenAPI document knows no ${contentType} as an answer ${status} of ${name}: ${shown()}`);
      }
      if (contentType !== 'application/json') return;
      const check = checkAt(pointer('paths', path, method, 'responses', String(status), 'content', contentType, 'schema'));
      if (check(body)) return;
      throw new Error(`${name} answered ${status} not as the OpenAPI document says: ${ajv.errorsText(check.errors)}\n${shown()}`);
    },
  };
}

/** Static segments win over parameters, wherever they stand. */
const RANKED = [...OPERATIONS]
  .map((operation) => ({ operation, pattern: new RegExp(`^${operation.path.replaceAll(/:\w+/g, '[^/]+').replace(/\/$/, '')}/?$`, 'i') }))
  .sort((a, b) => a.operation.pathParams.length - b.operation.pathParams.length);

/** The operation that a method and a path, with or without a query, stand for. */
export const operationAt = (method: string, path: string): Operation | undefined =>
  RANKED.find(({ operation, pattern }) => operation.httpMethod === method && pattern.test(bare(path)))?.operation;
