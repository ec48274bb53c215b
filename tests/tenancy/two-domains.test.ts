import { newId } from '@takaro/contracts/ids';
import { createToken, deleteDomain } from '@takaro/contracts/tenancy/domains';
import {
  exchangeSession,
  getUsersByIds,
  registerVersionPermissions,
  resolveDomainByRegistrationToken,
} from '@takaro/contracts/tenancy/internal';
import { getRole, searchRoles } from '@takaro/contracts/tenancy/roles';
import { getSetting, setSetting } from '@takaro/contracts/tenancy/settings';
import { getUser, searchUsers } from '@takaro/contracts/tenancy/users';
import { Client } from 'pg';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

test('rows of another domain are as if they did not exist', async ({ asUser, domain, otherDomain }) => {
  const [theirUser] = (await asUser(otherDomain)(searchUsers, {})).rows;
  const [theirRole] = (await asUser(otherDomain)(searchRoles, {})).rows;
  const ask = asUser(domain);

  await expect(ask(getUser, { id: theirUser?.id ?? '' })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  await expect(ask(getRole, { id: theirRole?.id ?? '' })).rejects.toMatchObject({ code: 'ROLE_NOT_FOUND' });
  expect(await ask(getUsersByIds, { ids: [theirUser?.id ?? ''] })).toEqual({ users: [] });
  expect((await ask(searchUsers, { filters: { id: [theirUser?.id ?? ''] } })).total).toBe(0);
});

test('a token of one domain opens nothing in another, not even where it holds ROOT', async ({
  asAdmin,
  asPublic,
  domain,
  otherDomain,
  world,
}) => {
  const { token: apiToken } = await asAdmin(createToken, { domainId: domain.id });
  const { token } = await asPublic(exchangeSession, { apiToken });
  const gateway = await world.busFor('gateway');
  const there = { domainId: otherDomain.id, token };

  await expect(gateway.call(searchUsers, {}, there)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  await expect(gateway.call(setSetting, { key: 'commandPrefix', value: '!' }, there)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  expect(await gateway.call(getSetting, { key: 'commandPrefix' }, { domainId: domain.id, token })).toMatchObject({ value: '/' });
  await expect(gateway.call(deleteDomain, { id: otherDomain.id }, { token })).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
});

test('what one domain sets, the other does not see', async ({ asUser, domain, otherDomain }) => {
  await asUser(domain)(setSetting, { key: 'commandPrefix', value: '!' });

  expect(await asUser(otherDomain)(getSetting, { key: 'commandPrefix' })).toMatchObject({ value: '/', type: 'default' });
});

test('an operation for one service is refused to people and to other services', async ({ domain, world }) => {
  const players = await world.busFor('players');
  const input = { moduleId: newId(), versionId: newId(), permissions: [] };
  const refused = { code: 'TOKEN_REFUSED' };
  const ask = (token: string) => players.call(registerVersionPermissions, input, { domainId: domain.id, token });

  await expect(ask(await world.tokens.user(domain.id))).rejects.toMatchObject(refused);
  await expect(ask(await players.serviceToken(domain.id))).rejects.toMatchObject(refused);
  await expect(
    players.call(resolveDomainByRegistrationToken, { registrationToken: 'x' }, { token: await players.serviceToken('_') }),
  ).rejects.toMatchObject(refused);
});

test('the database role of another service is refused the tables of tenancy', async ({ domain, world }) => {
  const client = new Client({ connectionString: world.databaseUrl('players') });
  await client.connect();
  const denied = { code: '42501' };

  try {
    await expect(client.query(`SELECT * FROM "domain_${domain.id}"."user"`)).rejects.toMatchObject(denied);
    await expect(client.query(`UPDATE "domain_${domain.id}"."role" SET "name" = 'x'`)).rejects.toMatchObject(denied);
    await expect(client.query('SELECT * FROM takaro_tenancy."identity"')).rejects.toMatchObject(denied);
    await expect(client.query('SELECT * FROM takaro_tenancy."domain"')).rejects.toMatchObject(denied);
  } finally {
    await client.end();
  }
});
