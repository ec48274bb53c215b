import { createDomain, searchDomains } from '@takaro/contracts/tenancy/domains';
import { exchangeSession } from '@takaro/contracts/tenancy/internal';
import { setSetting } from '@takaro/contracts/tenancy/settings';
import { login, searchUsers } from '@takaro/contracts/tenancy/users';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

test('text with the character NUL, which no column keeps, is the fault of who sent it', async ({ asAdmin, asPublic, asUser, domain }) => {
  const odd = 'four\0teen';
  const refused = { code: 'INVALID_MESSAGE' };

  await expect(asPublic(login, { username: odd, password: 'some-password' })).rejects.toMatchObject(refused);
  await expect(asAdmin(createDomain, { name: odd })).rejects.toMatchObject(refused);
  await expect(asUser(domain)(setSetting, { key: 'messagePrefix', value: odd })).rejects.toMatchObject(refused);
  await expect(asUser(domain)(searchUsers, { filters: { name: [odd] } })).rejects.toMatchObject(refused);
  await expect(asAdmin(searchDomains, { search: { name: [odd] } })).rejects.toMatchObject(refused);
  await expect(asPublic(exchangeSession, { session: odd })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('emoji and quotes come back as they were', async ({ asAdmin, asUser, domain }) => {
  const name = `Ötters 🦦 "; DROP SCHEMA public; -- '$1' {schema} {platform}`;

  const { createdDomain } = await asAdmin(createDomain, { name, externalReference: name });

  expect(createdDomain).toMatchObject({ name, externalReference: name });
  expect(await asUser(domain)(setSetting, { key: 'messagePrefix', value: name })).toMatchObject({ value: name });
});
