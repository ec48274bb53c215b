import { newId } from '@takaro/contracts/ids';
import { createApiToken, revokeApiToken, searchApiTokens } from '@takaro/contracts/tenancy/api-tokens';
import { searchAuditEntries } from '@takaro/contracts/tenancy/audit';
import { createToken } from '@takaro/contracts/tenancy/domains';
import { exchangeSession } from '@takaro/contracts/tenancy/internal';
import { createUser } from '@takaro/contracts/tenancy/new-users';
import { manualClock } from '@takaro/testing/clock';
import { expect } from 'vitest';
import { addRole, giveRole } from './people.ts';
import { type Ask, tenancyTest } from './tenancy-test.ts';

const clock = manualClock(Date.now());
const HOUR_MS = 3_600_000;
const later = (hours: number): string => new Date(clock.now() + hours * HOUR_MS).toISOString();
const refused = { code: 'TOKEN_REFUSED' };

interface Fixtures {
  /** What the admin secret gives: the root user of the domain, by a token. */
  readonly rootToken: string;
  /** Asks by means of an API token, as the gateway does. */
  readonly by: (apiToken: string) => Promise<Ask>;
  /** A dashboard user with these permissions, and a token of theirs. */
  readonly user: (permissions: readonly string[]) => Promise<{ readonly id: string; readonly token: string }>;
}

const test = tenancyTest({ clock, limits: { apiTokensPerUser: 3 } }).extend<Fixtures>({
  rootToken: async ({ asAdmin, domain }, use) => use((await asAdmin(createToken, { domainId: domain.id })).token),
  by: async ({ asPublic, world }, use) => {
    const gateway = await world.busFor('gateway');
    await use(async (apiToken) => {
      const { token, domainId } = await asPublic(exchangeSession, { apiToken });
      return (contract, input) => gateway.call(contract, input, { domainId, token });
    });
  },
  user: async ({ asUser, domain, world }, use) =>
    use(async (permissions) => {
      const { id } = await asUser(domain)(createUser, { name: 'Sam', email: `${newId()}@p.io`, password: 'any password' });
      await world.adminSql(`UPDATE "domain_${domain.id}"."user" SET "isDashboardUser" = true WHERE "id" = $1`, [id]);
      const role = `role ${newId().slice(-12)}`;
      await addRole(world, domain.id, role, permissions);
      await giveRole(world, { domainId: domain.id, userId: id }, { role });
      const { token } = await asUser(domain, permissions, id)(createApiToken, { name: 'first' });
      return { id, token };
    }),
});

test('a token does what its user may at the time, until it is revoked', async ({ asPublic, by, user, world, domain }) => {
  const { id: userId, token: apiToken } = await user(['READ_PLAYERS', 'MANAGE_PLAYERS']);

  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ userId, permissions: ['MANAGE_PLAYERS', 'READ_PLAYERS'] });
  await world.adminSql(`DELETE FROM "domain_${domain.id}"."userRole" WHERE "userId" = $1`, [userId]);
  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ userId, permissions: [] });

  const ask = await by(apiToken);
  const { rows } = await ask(searchApiTokens, {});
  expect(rows).toEqual([expect.objectContaining({ name: 'first', userId, permissions: null, expiresAt: null })]);
  expect(await ask(revokeApiToken, { id: rows[0]?.id ?? '' })).toEqual({});
  await expect(asPublic(exchangeSession, { apiToken })).rejects.toMatchObject(refused);
  await expect(ask(revokeApiToken, { id: rows[0]?.id ?? '' })).rejects.toMatchObject({ code: 'API_TOKEN_NOT_FOUND' });
});

test('a token for some permissions has those alone, and only while its user has them', async ({
  asPublic,
  by,
  domain,
  rootToken,
  user,
  world,
}) => {
  const all = await by(rootToken);
  const { token: ofRoot } = await all(createApiToken, { name: 'reader', permissions: ['READ_PLAYERS', 'MANAGE_ROLES'] });
  expect(await asPublic(exchangeSession, { apiToken: ofRoot })).toMatchObject({
    permissions: ['READ_PLAYERS', 'MANAGE_ROLES'],
    withheld: [],
  });

  const { id, token } = await user(['READ_PLAYERS', 'MANAGE_PLAYERS']);
  const ask = await by(token);
  for (const code of ['ROOT', 'READ_EVENTS', 'NO_SUCH_PERMISSION']) {
    const asked = ask(createApiToken, { name: 'more', permissions: ['READ_PLAYERS', code] });
    await expect(asked, code).rejects.toMatchObject({ code: 'PERMISSION_NOT_HELD', params: { permission: code } });
  }
  await expect(all(createApiToken, { name: 'more', permissions: ['NO_SUCH_PERMISSION'] })).rejects.toMatchObject({
    code: 'PERMISSION_NOT_HELD',
  });
  const { token: apiToken } = await ask(createApiToken, { name: 'manager', permissions: ['MANAGE_PLAYERS'] });
  await world.adminSql(`UPDATE "domain_${domain.id}"."user" SET "isDashboardUser" = false WHERE "id" = $1`, [id]);
  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ permissions: [], withheld: ['MANAGE_PLAYERS'] });
  await world.adminSql(`DELETE FROM "domain_${domain.id}"."userRole" WHERE "userId" = $1`, [id]);
  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ permissions: [], withheld: [] });
});

test('a token begets none that may do more, lives longer or outlasts it', async ({ asPublic, by, rootToken }) => {
  const all = await by(rootToken);
  const limited = { name: 'limited', permissions: ['READ_PLAYERS'], expiresAt: later(1) };
  const { token, id } = await all(createApiToken, limited);
  const ask = await by(token);

  const child = await ask(createApiToken, { name: 'child', expiresAt: later(2) });

  expect(child).toMatchObject({ permissions: ['READ_PLAYERS'], expiresAt: limited.expiresAt });
  await expect(ask(createApiToken, { name: 'child', permissions: ['ROOT'] })).rejects.toMatchObject({ code: 'PERMISSION_NOT_HELD' });
  expect(await ask(createApiToken, { name: 'child', permissions: [] })).toMatchObject({ permissions: [], expiresAt: limited.expiresAt });
  await all(revokeApiToken, { id });
  await expect(asPublic(exchangeSession, { apiToken: child.token })).rejects.toMatchObject(refused);
  await expect(ask(createApiToken, { name: 'orphan' })).rejects.toMatchObject(refused);
});

test('a token ends when it was said to, and none is made that has ended', async ({ asPublic, by, rootToken }) => {
  const ask = await by(rootToken);
  await expect(ask(createApiToken, { name: 'over', expiresAt: later(0) })).rejects.toMatchObject({ code: 'API_TOKEN_EXPIRED' });
  const { token: apiToken } = await ask(createApiToken, { name: 'short', expiresAt: later(1) });

  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ permissions: ['ROOT'] });
  clock.advance(HOUR_MS);

  await expect(asPublic(exchangeSession, { apiToken })).rejects.toMatchObject(refused);
});

test('people see and revoke their own tokens, and those of others only who manages users', async ({ by, rootToken, user }) => {
  const [one, other] = [await user(['READ_PLAYERS']), await user(['MANAGE_USERS'])];
  const [asOne, asOther, asRoot] = [await by(one.token), await by(other.token), await by(rootToken)];
  const idOf = async (ask: Ask, userId: string) => (await ask(searchApiTokens, { filters: { userId: [userId] } })).rows[0]?.id ?? '';
  const [ofOne, ofOther] = [await idOf(asRoot, one.id), await idOf(asRoot, other.id)];

  expect(await asOne(searchApiTokens, { filters: { userId: [other.id] } })).toMatchObject({ rows: [], total: 0 });
  await expect(asOne(revokeApiToken, { id: ofOther })).rejects.toMatchObject({ code: 'API_TOKEN_NOT_FOUND' });
  expect(await idOf(asOther, one.id)).toBe(ofOne);
  expect(await asOther(revokeApiToken, { id: ofOne })).toEqual({});
});

test('a user has no more tokens than is allowed, also when many are made at once, and those that ended do not count', async ({
  by,
  user,
}) => {
  const { token } = await user(['READ_PLAYERS']);
  const ask = await by(token);

  const made = await Promise.allSettled(Array.from({ length: 5 }, () => ask(createApiToken, { name: 'more', expiresAt: later(1) })));

  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  for (const one of made)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'API_TOKENS_LIMIT', params: { most: 3 } });
  clock.advance(HOUR_MS);
  expect(await ask(createApiToken, { name: 'more' })).toMatchObject({ name: 'more' });
});

test('the audit log tells of tokens, and neither it nor the table holds one', async ({ asAdmin, by, domain, rootToken, world }) => {
  const ask = await by(rootToken);
  const { token, id, userId } = await ask(createApiToken, { name: 'told' });
  await ask(revokeApiToken, { id });
  const { token: kept } = await ask(createApiToken, { name: 'kept' });

  const { entries } = await asAdmin(searchAuditEntries, { domainId: domain.id });

  const ofToken = entries.filter(({ subject }) => subject === id).map(({ action, actorId }) => [action, actorId]);
  expect(ofToken.toReversed()).toEqual([
    ['api-token-created', userId],
    ['api-token-revoked', userId],
  ]);
  const stored = JSON.stringify([
    await world.adminSql('select * from takaro_tenancy."auditEntry"'),
    await world.adminSql(`select * from "domain_${domain.id}"."apiToken"`),
  ]);
  for (const secret of [token, kept]) expect(stored).not.toContain(secret.split('.')[1]);
});
