import type { AnswerSeen } from '@takaro/testing/answer-record';
import { HTTP, publicCode } from '@takaro/testing/produced-errors';
import { ADMIN_SECRET } from '@takaro/testing/world';
import { operationAt } from './documented-answers.ts';
import { documentedFetch } from './documented-fetch.ts';

export interface RestAnswer {
  readonly status: number;
  /** Parsed where it is JSON, else the text. */
  readonly body: {
    readonly meta: { readonly error?: { readonly code: string; readonly message: string; readonly details?: unknown } } & Readonly<
      Record<string, unknown>
    >;
    /** As untyped as it comes: what it holds is what a test looks at. */
    readonly data: ReturnType<typeof JSON.parse>;
  };
  readonly headers: Headers;
}

/** Without `session`, `token` and `admin` it is the root user of the domain who asks; `session: null` asks as nobody. */
export interface Asking {
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  /** A session as `POST /login` gives it. */
  readonly session?: string | null;
  /** For the header `x-takaro-token`. */
  readonly token?: string;
  /** The domain hint. */
  readonly domain?: string;
  /** True: with the admin secret. A text: with that instead. */
  readonly admin?: boolean | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asking?: Asking) => Promise<RestAnswer>;

export interface RestParts {
  readonly apiUrl: string;
  readonly note: (answer: AnswerSeen) => void;
}

/** Asks over HTTP, holds every answer against the OpenAPI document, and notes those of operations for the check at the end of a run. */
export const restClient =
  ({ apiUrl, note }: RestParts, session: string | null): Ask =>
  async (method, path, asking = {}) => {
    const response = await documentedFetch(`${apiUrl}${path}`, {
      method,
      headers: headersOf(asking, session),
      redirect: 'manual',
      ...(asking.body !== undefined && { body: typeof asking.body === 'string' ? asking.body : JSON.stringify(asking.body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const contentType = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const text = await response.text();
    const answer = {
      status: response.status,
      body: contentType === 'application/json' ? JSON.parse(text) : text,
      headers: response.headers,
    };
    const operation = operationAt(method, path);
    if (operation) {
      const failed: unknown = answer.body?.meta?.error?.code;
      note({
        service: HTTP,
        operation: operation.id,
        code: typeof failed === 'string' ? publicCode(answer.status, failed) : null,
      });
    }
    return answer;
  };

function headersOf({ body, session, token, domain, admin, headers }: Asking, rootSession: string | null): Record<string, string> {
  const bearer = session === undefined && token === undefined && admin === undefined ? rootSession : session;
  return {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(typeof bearer === 'string' && { authorization: `Bearer ${bearer}` }),
    ...(token !== undefined && { 'x-takaro-token': token }),
    ...(domain !== undefined && { 'x-takaro-domain': domain }),
    ...(admin !== undefined && admin !== false && { 'x-takaro-admin-token': admin === true ? ADMIN_SECRET : admin }),
    ...headers,
  };
}
