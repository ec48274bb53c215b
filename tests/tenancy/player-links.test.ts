import { newId } from '@takaro/contracts/ids';
import { createDomain } from '@takaro/contracts/tenancy/domains';
import { exchangeSession } from '@takaro/contracts/tenancy/internal';
import { setPassword } from '@takaro/contracts/tenancy/passwords';
import { createPlayerLink, linkPlayer } from '@takaro/contracts/tenancy/player-links';
import { login } from '@takaro/contracts/tenancy/users';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addPerson } from './people.ts';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

async function addPlayer(world: World, domainId: string): Promise<string> {
  const id = newId();
  await world.adminSql(`INSERT INTO "domain_${domainId}"."player" ("id", "name", "nameAt", "nameSeq") VALUES ($1, 'Sam', now(), 0)`, [id]);
  return id;
}

/** A code of this player, or of another one. */
async function codeFor(world: World, domainId: string, playerId?: string): Promise<string> {
  const modules = await world.busFor('modules');
  const input = { playerId: playerId ?? (await addPlayer(world, domainId)) };
  return (await modules.call(createPlayerLink, input, { domainId, token: await modules.serviceToken(domainId) })).code;
}

const newEmail = (): string => `${newId()}@p.io`;

test('a code is good once, in any case, and a newer one takes its place', async ({ asPublic, domain, world }) => {
  const playerId = await addPlayer(world, domain.id);
  const older = await codeFor(world, domain.id, playerId);
  const code = await codeFor(world, domain.id, playerId);
  expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);

  await expect(asPublic(linkPlayer, { email: newEmail(), code: older })).rejects.toMatchObject({ code: 'LINK_CODE_UNKNOWN' });
  const linked = await asPublic(linkPlayer, { email: newEmail(), code: code.toUpperCase() });
  expect(linked).toMatchObject({ playerId, domainId: domain.id, isDashboardUser: false, oneTimeLink: { token: expect.any(String) } });
  await expect(asPublic(linkPlayer, { email: newEmail(), code })).rejects.toMatchObject({ code: 'LINK_CODE_UNKNOWN' });
  expect(JSON.stringify(await world.adminSql(`SELECT * FROM takaro_tenancy."playerLink"`))).not.toContain(code);
});

test('a code is over after half an hour', async ({ asPublic, domain, world }) => {
  const code = await codeFor(world, domain.id);
  await world.adminSql(`UPDATE takaro_tenancy."playerLink" SET "expiresAt" = now() - interval '1 second'`);

  await expect(asPublic(linkPlayer, { email: newEmail(), code })).rejects.toMatchObject({ code: 'LINK_CODE_UNKNOWN' });
});

test('only players get a code, and that of a player who was removed leads nowhere', async ({ asPublic, domain, world }) => {
  await expect(codeFor(world, domain.id, newId())).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  const code = await codeFor(world, domain.id);
  await world.adminSql(`DELETE FROM "domain_${domain.id}"."player"`);

  await expect(asPublic(linkPlayer, { email: newEmail(), code })).rejects.toMatchObject({ code: 'LINK_CODE_UNKNOWN' });
});

test('an address that is known needs the session of its person', async ({ asAdmin, asPublic, domain, world }) => {
  const { createdDomain, rootUser, password } = await asAdmin(createDomain, { name: 'Of somebody' });
  const { email } = await addPerson(world, { passwordOf: rootUser.email, domains: [createdDomain.id] });
  const { token } = await asPublic(login, { username: email, password });
  const authorization = `Bearer ${token}`;
  const code = await codeFor(world, domain.id);
  const refused = { code: 'LINK_EMAIL_FOREIGN' };

  await expect(asPublic(linkPlayer, { email, code })).rejects.toMatchObject(refused);
  await expect(asPublic(linkPlayer, { email, code, authorization: 'Bearer nobody' })).rejects.toMatchObject(refused);
  await expect(asPublic(linkPlayer, { email: rootUser.email, code, authorization })).rejects.toMatchObject(refused);
  await expect(asPublic(linkPlayer, { email: newEmail(), code, authorization })).rejects.toMatchObject(refused);

  const linked = await asPublic(linkPlayer, { email, code, cookie: `takaro-domain=x; takaro-token=${token}` });
  expect(linked).toMatchObject({ email, domainId: domain.id, isDashboardUser: false });
  expect(linked, 'who is signed in has a password').not.toHaveProperty('oneTimeLink');
  const session = await asPublic(exchangeSession, { session: token, domainHint: domain.id });
  expect(session).toMatchObject({ userId: linked.id, domainId: domain.id });
  const { token: next } = await asPublic(login, { username: email, password });
  expect(await asPublic(exchangeSession, { session: next, domainHint: domain.id })).toMatchObject({ userId: linked.id });
});

test('a password of another domain does not touch who is a user of this one', async ({ asAdmin, asPublic, domain, world }) => {
  const { createdDomain: thiefs, rootUser, password } = await asAdmin(createDomain, { name: 'Of a thief' });
  const { email } = await addPerson(world, { passwordOf: rootUser.email, passwordOnlyIn: thiefs.id, domains: [domain.id, thiefs.id] });
  const { token } = await asPublic(login, { username: email, password });

  const asked = asPublic(linkPlayer, { email, code: await codeFor(world, domain.id), authorization: `Bearer ${token}` });

  await expect(asked).rejects.toMatchObject({ code: 'LINK_EMAIL_FOREIGN' });
});

test('a player is one user, and linking is told with both', async ({ asPublic, domain, told, world }) => {
  const events = await told(['player-linked']);
  const playerId = await addPlayer(world, domain.id);
  const linked = await asPublic(linkPlayer, { email: newEmail(), code: await codeFor(world, domain.id, playerId) });

  const code = await codeFor(world, domain.id, playerId);
  await expect(asPublic(linkPlayer, { email: newEmail(), code })).rejects.toMatchObject({ code: 'PLAYER_ALREADY_LINKED' });

  await expect.poll(events).toMatchObject([{ domainId: domain.id, userId: linked.id, playerId, meta: { timestamp: expect.any(String) } }]);
});

test('the link that is answered sets the first password', async ({ asPublic, domain, world }) => {
  const email = newEmail();
  const { id, oneTimeLink } = await asPublic(linkPlayer, { email, code: await codeFor(world, domain.id) });

  await asPublic(setPassword, { token: oneTimeLink?.token ?? '', password: 'of the player' });

  const { token: session } = await asPublic(login, { username: email, password: 'of the player' });
  expect(await asPublic(exchangeSession, { session })).toMatchObject({ userId: id, domainId: domain.id });
});
