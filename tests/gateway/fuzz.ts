import { type Operation, OPERATIONS } from '@takaro/api';
import { ADMIN_SECRET } from '@takaro/testing/world';
import fc from 'fast-check';
import { furnish } from '../refusals/furnish.ts';
import { idsIn } from '../refusals/ids-in.ts';
import { type OddRequest, oddRequest } from './odd-requests.ts';
import type { Rest } from './rest-world.ts';

/** Ends the session with which is asked: asked with one that is none. */
const ENDS_SESSION = new Set(['UserController_logout']);

/** Answers anything but the envelope when all is well. */
const FREE_FORM = /^\/(healthz|readyz|openapi\.json|api\.html|metrics)?$/;

const AT_ONCE = 16;
const PATIENCE_MS = 60_000;

export interface Fuzz {
  /** Sends `count` requests of each operation. Answers what was wrong with any answer, in words. */
  run(operations: readonly Operation[], count: number, seed: number): Promise<string[]>;
}

/** A domain with something of every kind, and what to ask with. */
export async function openFuzz(rest: Rest): Promise<Fuzz> {
  await furnish(rest.world, rest.id);
  const ids = (await idsIn(rest.world, rest.id)).filter(({ table, id }) => table !== 'user' && id !== rest.root.id).map(({ id }) => id);
  return {
    run: async (operations, count, seed) => {
      const faults: string[] = [];
      for (const operation of operations) {
        const requests = fc.sample(oddRequest(operation, ids), { numRuns: count, seed });
        for (let start = 0; start < requests.length; start += AT_ONCE) {
          const batch = requests.slice(start, start + AT_ONCE).map(async (request) => faultsOf(request, await send(rest, request)));
          faults.push(...(await Promise.all(batch)).flat());
        }
        if (!(await isAlive(rest))) return [...faults, `after ${operation.id} nobody is answered any more`];
      }
      return faults;
    },
  };
}

export interface OddAnswer {
  readonly status: number;
  readonly text: string;
}

async function send({ apiUrl, root }: Rest, { operation, path, body, headers }: OddRequest): Promise<OddAnswer> {
  const session = ENDS_SESSION.has(operation.id) ? 'none' : root.session;
  const response = await fetch(`${apiUrl}${path}`, {
    method: operation.httpMethod,
    redirect: 'manual',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(operation.contract.access.kind === 'admin' ? { 'x-takaro-admin-token': ADMIN_SECRET } : { authorization: `Bearer ${session}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, text: await response.text() };
}

const isAlive = async ({ ask }: Rest): Promise<boolean> => (await ask('GET', '/me')).status === 200;

/** What an answer must not show, unless it was sent by who asks. */
const LEAKS: readonly (readonly [string, RegExp])[] = [
  ['a stack', /\n\s+at \S+ ?\(|\\n\s+at \S+ ?\(|node:internal/],
  ['a file', /file:\/\/|node_modules|\/(?:services|packages)\/[a-z-]+\/src/],
  [
    'SQL',
    /\b(?:select|insert into|update|delete from)\b[^"]{0,40}\\?"(?:domain_|takaro_)|syntax error at|relation \\?"|column \\?"|violates |invalid input syntax|out of range for type/i,
  ],
  ['NATS', /no answer on request\.|NatsError|503 no responders/i],
];

/** What is wrong with an answer, in words. */
export function faultsOf(request: Pick<OddRequest, 'operation' | 'path' | 'body' | 'headers'>, { status, text }: OddAnswer): string[] {
  const sent = JSON.stringify([request.path, request.body, request.headers]);
  const asked = `${request.operation.httpMethod} ${sent.slice(0, 700)} → ${status} ${text.slice(0, 300)}`;
  const leaks = LEAKS.flatMap(([what, pattern]) => {
    const found = pattern.exec(text)?.[0];
    return found !== undefined && !sent.includes(found) ? [`shows ${what} (${found}): ${asked}`] : [];
  });
  const failed = status === 500 ? [`fails: ${asked}`] : [];
  const bare = status >= 400 && !FREE_FORM.test(request.path) && !hasEnvelope(text) ? [`answers without the envelope: ${asked}`] : [];
  return [...failed, ...leaks, ...bare];
}

function hasEnvelope(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'meta' in body && 'data' in body;
  } catch {
    return false;
  }
}

/** The operations by what they are about, so that a failure says where. */
export const GROUPS: readonly (readonly [string, readonly Operation[]])[] = [
  ...Map.groupBy(OPERATIONS, ({ id }) => id.split('Controller')[0] ?? ''),
];
