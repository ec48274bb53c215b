import { UNAVAILABLE } from '@takaro/contracts/unavailable/all';
import { expect } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const ID = '01890000-0000-7000-8000-000000000000';
const operations = UNAVAILABLE.map((contract) => [contract.rest.id, contract] as const);

test.for(operations)(
  '%s is refused to who is signed in, and says what there is not',
  async ([, { rest: route, feature, access }], { rest }) => {
    const path = route.path.replaceAll(/:\w+/g, ID);

    const signedIn = await rest.ask(route.method, path);
    const nobody = await rest.ask(route.method, path, { session: null });

    expect([signedIn.status, signedIn.body]).toEqual([
      400,
      { meta: { error: { code: 'BadRequestError', message: `${feature} is not available` } }, data: {} },
    ]);
    expect(nobody.status).toBe(access.kind === 'public' ? 400 : 401);
  },
);

test('who has not the permission learns nothing of what there is not', async ({ rest }) => {
  const session = await rest.signIn(['READ_PLAYERS']);

  const answer = await rest.ask('POST', '/shop/category/', { session, body: {} });

  expect([answer.status, answer.body.meta.error?.code]).toEqual([403, 'ForbiddenError']);
});

test('a form with files is no reason for another refusal', async ({ rest }) => {
  const form = new FormData();
  form.append('import', '{}');

  const answer = await documentedFetch(`${rest.apiUrl}/gameserver/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rest.root.session}` },
    body: form,
  });

  expect([answer.status, await answer.json()]).toEqual([
    400,
    { meta: { error: { code: 'BadRequestError', message: 'CSMM import is not available' } }, data: {} },
  ]);
});
