import { OPERATIONS } from '@takaro/api';
import { ERRORS } from '@takaro/contracts/errors';
import { ADMIN_SECRET } from '@takaro/testing/world';
import fc from 'fast-check';
import { furnish } from '../refusals/furnish.ts';
import { idsIn } from '../refusals/ids-in.ts';
import { documented } from './documented-fetch.ts';
import { type OddRequest, oddRequest, type Route } from './odd-requests.ts';
import { META_PATHS } from './published-operations.ts';
import type { Rest } from './rest-world.ts';

/** Ends the session with which is asked: asked with one that is none. */
const ENDS_SESSION = new Set(['UserController_logout']);

const AT_ONCE = 16;
const PATIENCE_MS = 60_000;

export interface Fuzz {
  /** Sends `count` requests of each route. Answers what was wrong with any answer, in words. */
  run(routes: readonly Route[], count: number, seed: number): Promise<string[]>;
}

/** A domain with something of every kind, and what to ask with. */
export async function openFuzz(rest: Rest): Promise<Fuzz> {
  await furnish(rest.world, rest.id);
  const ids = (await idsIn(rest.world, rest.id)).filter(({ table, id }) => table !== 'user' && id !== rest.root.id).map(({ id }) => id);
  return {
    run: async (routes, count, seed) => {
      const faults: string[] = [];
      for (const route of routes) {
        const requests = fc.sample(oddRequest(route, ids), { numRuns: count, seed });
        for (let start = 0; start < requests.length; start += AT_ONCE) {
          const batch = requests.slice(start, start + AT_ONCE).map(async (request) => {
            const answer = await send(rest, request);
            return [...faultsOf(request, answer), ...undocumented(rest, request, answer)];
          });
          faults.push(...(await Promise.all(batch)).flat());
        }
        if (!(await isAlive(rest))) return [...faults, `after ${route.id} nobody is answered any more`];
      }
      return faults;
    },
  };
}

export interface OddAnswer {
  readonly status: number;
  readonly text: string;
  /** Without parameters. */
  readonly contentType?: string;
}

async function send({ apiUrl, root }: Rest, { route, path, body, headers }: OddRequest): Promise<OddAnswer> {
  const session = ENDS_SESSION.has(route.id) ? 'none' : root.session;
  // oxlint-disable-next-line no-restricted-globals -- held against the document with what else may be wrong
  const response = await fetch(`${apiUrl}${path}`, {
    method: route.httpMethod,
    redirect: 'manual',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(route.contract?.access.kind === 'admin' ? { 'x-takaro-admin-token': ADMIN_SECRET } : { authorization: `Bearer ${session}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const contentType = response.headers.get('content-type')?.split(';')[0] ?? '';
  return { status: response.status, text: await response.text(), contentType };
}

/** Where an answer is not what the OpenAPI document says of the route that was met. */
function undocumented({ apiUrl }: Rest, { route, path }: OddRequest, { status, text, contentType = '' }: OddAnswer): string[] {
  const { pathname } = new URL(`${apiUrl}${path}`);
  const body: unknown = contentType === 'application/json' ? JSON.parse(text) : text;
  try {
    documented.require({ method: route.httpMethod, path: pathname }, { status, contentType, body });
    return [];
  } catch (error) {
    return [`is not as documented: ${String(error).slice(0, 700)}`];
  }
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
export function faultsOf(request: OddRequest, { status, text }: OddAnswer): string[] {
  const { route } = request;
  const sent = JSON.stringify([request.path, request.body, request.headers]);
  const asked = `${route.httpMethod} ${sent.slice(0, 700)} → ${status} ${text.slice(0, 300)}`;
  const leaks = LEAKS.flatMap(([what, pattern]) => {
    const found = pattern.exec(text)?.[0];
    return found !== undefined && !sent.includes(found) ? [`shows ${what} (${found}): ${asked}`] : [];
  });
  const failed = status >= 500 && !mayAnswer(route, status) ? [`fails: ${asked}`] : [];
  const bare = status >= 400 && !hasEnvelope(text) ? [`answers without the envelope: ${asked}`] : [];
  return [...failed, ...leaks, ...bare];
}

/** Whether its contract lists that; what any operation may answer, as when a service is away, is not to be brought about by what is asked. */
const mayAnswer = ({ contract }: Route, status: number): boolean =>
  contract?.errors.some((code) => ERRORS[code].status === status) ?? false;

function hasEnvelope(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'meta' in body && 'data' in body;
  } catch {
    return false;
  }
}

const META = META_PATHS.map((path): Route => ({
  id: `GET ${path}`,
  httpMethod: 'GET',
  path,
  pathParams: [],
  queryParams: [],
  headerParams: {},
}));

/** All routes by what they are about, so that a failure says where. */
export const GROUPS: readonly (readonly [string, readonly Route[]])[] = [
  ...Map.groupBy(OPERATIONS, ({ id }) => id.split('Controller')[0] ?? ''),
  ['Meta', META],
];
