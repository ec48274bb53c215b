import { ServiceError } from '@takaro/contracts/errors';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import { exchangeAdminSecret, exchangeSession } from '@takaro/contracts/tenancy/internal';
import type { Gateway } from '@takaro/gateway/service';
import { startGateway } from '@takaro/gateway/service';
import { answerOf } from '@takaro/testing/neighbours';
import { openWorld, type World } from '@takaro/testing/world';
import { test as base } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';

export const DOMAIN = 'quiet-test-domain';

interface Known {
  readonly permissions: string[];
  readonly withheld?: string[];
  readonly domainState?: 'ACTIVE' | 'DISABLED' | 'MAINTENANCE';
}

/** What tenancy says of the sessions that these tests use. */
const SESSIONS: Readonly<Record<string, Known>> = {
  root: { permissions: ['ROOT'] },
  reader: { permissions: ['READ_PLAYERS'] },
  nobody: { permissions: [] },
  desk: { permissions: ['READ_PLAYERS'], withheld: ['MANAGE_GAMESERVERS'] },
  asleep: { permissions: ['ROOT'], domainState: 'MAINTENANCE' },
};

/** The session of somebody with one permission alone is its code. */
const knownOf = (session: string): Known | undefined =>
  SESSIONS[session] ?? (PERMISSIONS.some((code) => code === session) ? { permissions: [session] } : undefined);

export interface Response {
  readonly status: number;
  readonly body: { readonly meta: Record<string, unknown>; readonly data: unknown };
}

export interface Http {
  readonly url: string;
  readonly world: World;
  /** Asks with a session of the table above, or with the code of a permission as one. */
  ask(method: string, path: string, options?: { session?: string; body?: unknown; headers?: Record<string, string> }): Promise<Response>;
}

async function openGateway(): Promise<Http & AsyncDisposable> {
  const open = new AsyncDisposableStack();
  const world = open.use(await openWorld());
  await world.neighbours('tenancy', [
    answerOf(exchangeSession, async ({ session = '', apiToken }) => {
      if (apiToken !== undefined) throw new ServiceError('TOKEN_REFUSED');
      const known = knownOf(session);
      if (!known) throw new ServiceError('UNAUTHENTICATED');
      return {
        token: await world.tokens.user(DOMAIN, known.permissions),
        domainId: DOMAIN,
        userId: '0199d8c4-0000-7000-8000-000000000001',
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
        domainState: known.domainState ?? 'ACTIVE',
        permissions: known.permissions,
        withheld: known.withheld ?? [],
      };
    }),
    answerOf(exchangeAdminSecret, async ({ secret }) => {
      if (secret !== 'right') throw new ServiceError('PERMISSION_DENIED');
      return { token: await world.tokens.admin() };
    }),
  ]);
  for (const service of ['gameservers', 'players'] as const) await world.neighbours(service);
  let url = '';
  await world.start('gateway', async (context) => {
    const gateway: Gateway = await startGateway(context);
    url = gateway.url;
    return gateway;
  });
  const ask: Http['ask'] = async (method, path, { session, body, headers = {} } = {}) => {
    const reply = await documentedFetch(`${url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(session !== undefined && { authorization: `Bearer ${session}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: reply.status, body: JSON.parse(await reply.text()) };
  };
  return { url, world, ask, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** A gateway on a free port; its neighbours answer with samples of their contracts. */
export const test = base.extend<{ http: Http }>({
  http: [
    async ({}, use) => {
      await using http = await openGateway();
      await use(http);
    },
    { scope: 'file' },
  ],
});
