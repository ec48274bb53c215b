import { type Operation, OPERATIONS } from '@takaro/api';
import { newId } from '@takaro/contracts/ids';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import { describe, expect, test as plain } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';
import { type Http, test } from './gateway-world.ts';

/** No operation takes this: who is let in is told so, and nothing is done. */
const STRANGER = 'no-such-parameter';

/** 401 and 403 are the refusals of who asks; whatever else is answered, they were let in. */
async function isLetIn({ url }: Http, { httpMethod, path }: Operation, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const response = await documentedFetch(`${url}${path.replaceAll(/:\w+/g, newId())}?${STRANGER}=1`, { method: httpMethod, headers });
  await response.arrayBuffer();
  if (response.status === 200 || response.status >= 500) throw new Error(`${httpMethod} ${path} answered ${response.status}`);
  return response.status !== 401 && response.status !== 403;
}

const bearer = (session: string): Record<string, string> => ({ authorization: `Bearer ${session}` });
const SESSIONS = [...PERMISSIONS, 'nobody'];

/** Who of those with one permission, or none, is to be let in. */
const expected = ({ contract: { access } }: Operation): string[] =>
  SESSIONS.filter((code) => access.kind === 'domain' && (code === 'ROOT' || access.permissions.every((needed) => needed === code)));

const named = (operations: readonly Operation[]) => operations.map((operation) => [operation.id, operation] as const);
const guarded = OPERATIONS.filter(({ contract }) => contract.access.kind !== 'public');

describe('of all who hold one permission, or none, those are let in who hold the one that is asked for', () => {
  test.for(named(OPERATIONS.filter(({ contract }) => contract.access.kind === 'domain')))('%s', async ([, operation], { http }) => {
    const letIn = await Promise.all(SESSIONS.map(async (session) => isLetIn(http, operation, bearer(session))));

    expect(SESSIONS.filter((_session, index) => letIn[index])).toEqual(expected(operation));
  });
});

describe('nobody is let in without a credential, nor with one that is none', () => {
  test.for(named(guarded))('%s', async ([, operation], { http }) => {
    const tries = [
      {},
      bearer('unknown'),
      { 'x-takaro-token': 'bad' },
      { 'x-takaro-admin-token': 'wrong' },
      { cookie: 'takaro-token=unknown' },
    ];

    expect(await Promise.all(tries.map(async (headers) => isLetIn(http, operation, headers)))).toEqual(tries.map(() => false));
  });
});

describe('what stands above the domains takes the admin secret, and nobody of a domain', () => {
  test.for(named(OPERATIONS.filter(({ contract }) => contract.access.kind === 'admin')))('%s', async ([, operation], { http }) => {
    const asUsers = await Promise.all(SESSIONS.map(async (session) => isLetIn(http, operation, bearer(session))));

    expect(asUsers).toEqual(SESSIONS.map(() => false));
    expect(await isLetIn(http, operation, { 'x-takaro-admin-token': 'right' })).toBe(true);
  });
});

/** Those by which somebody comes in, and what is the same for everybody. */
const OPEN = new Set([
  'UserController_login',
  'UserController_logout',
  'UserController_setPassword',
  'UserController_linkPlayerProfile',
  'UserController_deleteSelectedDomainCookie',
  'DiscordController_getInvite',
]);

plain('nothing else is open to all', () => {
  const open = OPERATIONS.filter((operation) => !guarded.includes(operation)).map(({ id }) => id);

  expect(open.filter((id) => !OPEN.has(id))).toEqual([]);
});
