import { newId } from '@takaro/contracts/ids';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import {
  createDomain,
  createToken,
  deleteDomain,
  getDomain,
  regenerateRegistrationToken,
  resolveRegistrationToken,
  searchDomains,
  updateDomain,
} from '@takaro/contracts/tenancy/domains';
import { exchangeSession, getDomainLimits, resolveDomainByRegistrationToken } from '@takaro/contracts/tenancy/internal';
import { getPermissions, searchRoles } from '@takaro/contracts/tenancy/roles';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

test('a new domain has a readable id, its roles, its root user and a password that is shown once', async ({ asAdmin, asUser }) => {
  const { createdDomain, rootUser, rootRole, password } = await asAdmin(createDomain, { name: 'Otters', id: 'my-own-choice' });

  expect(createdDomain).toMatchObject({
    name: 'Otters',
    state: 'ACTIVE',
    externalReference: null,
    maxGameservers: 1,
    maxUsers: 1,
    eventRetentionDays: 7,
    maxVariables: 10_000,
    maxModules: 1_000,
    maxFunctionsInModule: 50,
    rateLimitPoints: 2_500,
    rateLimitDuration: 900_000,
  });
  expect(createdDomain.id).toMatch(/^[a-z]+-[a-z]+-[a-z]+$/);
  expect(Buffer.from(createdDomain.serverRegistrationToken ?? '', 'base64')).toHaveLength(32);
  expect(password).toMatch(/^[0-9a-f]{40}$/);
  expect(rootUser).toMatchObject({ name: 'root', email: `root@${createdDomain.id}.com`, isDashboardUser: false, playerId: null });
  expect(rootRole).toMatchObject({ name: 'root', system: true, permissions: [{ permission: { permission: 'ROOT' }, count: 0 }] });

  const { rows } = await asUser(createdDomain)(searchRoles, { sortBy: 'createdAt' });
  const codes = (name: string) => rows.find((role) => role.name === name)?.permissions.map(({ permission }) => permission.permission);
  expect(rows.filter(({ system }) => system).map(({ name }) => name)).toEqual(expect.arrayContaining(['root', 'Player', 'User']));
  expect(rows).toHaveLength(5);
  expect([codes('root'), codes('Admin'), codes('Moderator'), codes('Player'), codes('User')]).toEqual([
    ['ROOT'],
    ['ROOT'],
    ['READ_PLAYERS', 'READ_SETTINGS'],
    [],
    [],
  ]);
  const permissions = await asUser(createdDomain)(getPermissions, {});
  expect(permissions.map(({ permission }) => permission)).toEqual([...PERMISSIONS].toSorted());
  expect(permissions.every(({ moduleVersionId }) => moduleVersionId === null)).toBe(true);
});

test('an external reference belongs to one domain', async ({ asAdmin }) => {
  const externalReference = newId();
  const { createdDomain } = await asAdmin(createDomain, { name: 'First', externalReference });
  const { createdDomain: other } = await asAdmin(createDomain, { name: 'Second' });

  await expect(asAdmin(createDomain, { name: 'Third', externalReference })).rejects.toMatchObject({ code: 'EXTERNAL_REFERENCE_TAKEN' });
  await expect(asAdmin(updateDomain, { id: other.id, externalReference })).rejects.toMatchObject({ code: 'EXTERNAL_REFERENCE_TAKEN' });
  expect(await asAdmin(updateDomain, { id: createdDomain.id, externalReference })).toMatchObject({ externalReference });
});

test('domains are found by their columns', async ({ asAdmin, domain, otherDomain }) => {
  await asAdmin(updateDomain, { id: otherDomain.id, name: 'Zebras and otters', state: 'MAINTENANCE' });

  const byId = await asAdmin(searchDomains, { filters: { id: [domain.id] } });
  const byName = await asAdmin(searchDomains, { search: { name: ['zebras'] }, filters: { state: ['MAINTENANCE'] } });

  expect(byId).toMatchObject({ page: 0, limit: 100, total: 1, rows: [{ id: domain.id, name: 'Test domain' }] });
  expect(byName.rows.map(({ id }) => id)).toEqual([otherDomain.id]);
  expect(await asAdmin(getDomain, { id: domain.id })).toEqual(byId.rows[0]);
});

test('what is changed of a domain is told, so that nobody keeps what it was', async ({ asAdmin, asUser, domain, told }) => {
  const events = await told(['domain-updated']);

  const changed = await asAdmin(updateDomain, { id: domain.id, name: 'Renamed', maxGameservers: 5, state: 'MAINTENANCE' });

  expect(changed).toMatchObject({ name: 'Renamed', maxGameservers: 5, state: 'MAINTENANCE', maxUsers: 1 });
  expect(await asUser(domain)(getDomainLimits, {})).toMatchObject({ maxGameservers: 5, state: 'MAINTENANCE', rateLimitPoints: 2_500 });
  expect(await asAdmin(updateDomain, { id: domain.id })).toEqual(changed);
  await expect.poll(events, { timeout: 10_000 }).toMatchObject([{ domainId: domain.id, meta: { state: 'MAINTENANCE' } }]);
});

test.for(['no-such-domain', 'Not An Id', '"; drop schema'])('a domain named %s is not found', async (id, { asAdmin, world }) => {
  const refused = { code: 'DOMAIN_NOT_FOUND' };

  await expect(asAdmin(getDomain, { id })).rejects.toMatchObject(refused);
  await expect(asAdmin(updateDomain, { id, name: 'Renamed' })).rejects.toMatchObject(refused);
  await expect(asAdmin(deleteDomain, { id })).rejects.toMatchObject(refused);
  await expect(asAdmin(deleteDomain, { id, hardDelete: true })).rejects.toMatchObject(refused);
  await expect(asAdmin(createToken, { domainId: id })).rejects.toMatchObject(refused);
  await expect(asAdmin(resolveRegistrationToken, { registrationToken: id })).rejects.toMatchObject(refused);
  const gameservers = await world.busFor('gameservers');
  const token = await gameservers.serviceToken('_');
  await expect(gameservers.call(resolveDomainByRegistrationToken, { registrationToken: id }, { token })).rejects.toMatchObject(refused);
});

test('a registration token names its domain until it is renewed', async ({ asAdmin, asUser, domain, world, told }) => {
  const events = await told(['registration-token-regenerated']);
  const gameservers = await world.busFor('gameservers');
  const token = await gameservers.serviceToken('_');
  const tokenNow = async () => (await asAdmin(getDomain, { id: domain.id })).serverRegistrationToken ?? '';
  const first = await tokenNow();

  expect(await asAdmin(resolveRegistrationToken, { registrationToken: first })).toMatchObject({ id: domain.id });
  expect(await gameservers.call(resolveDomainByRegistrationToken, { registrationToken: first }, { token })).toEqual({
    domainId: domain.id,
    maxGameservers: 1,
  });

  await asUser(domain)(regenerateRegistrationToken, {});

  await expect(asAdmin(resolveRegistrationToken, { registrationToken: first })).rejects.toMatchObject({ code: 'DOMAIN_NOT_FOUND' });
  expect(await asAdmin(resolveRegistrationToken, { registrationToken: await tokenNow() })).toMatchObject({ id: domain.id });
  await expect.poll(events, { timeout: 10_000 }).toMatchObject([{ domainId: domain.id, actingUserId: expect.any(String) }]);
});

test('a function may not renew the registration token', async ({ domain, world }) => {
  const runner = await world.busFor('runner');
  const token = await world.tokens.execution(domain.id);

  await expect(runner.call(regenerateRegistrationToken, {}, { domainId: domain.id, token })).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  });
});

test('a domain that is softly deleted is DISABLED, its game servers with it, and its registration token names nothing', async ({
  asAdmin,
  domain,
  disabled,
}) => {
  const { serverRegistrationToken = '' } = await asAdmin(getDomain, { id: domain.id });

  await asAdmin(deleteDomain, { id: domain.id });

  expect(await asAdmin(getDomain, { id: domain.id })).toMatchObject({ state: 'DISABLED' });
  expect(disabled).toContain(domain.id);
  await expect(asAdmin(resolveRegistrationToken, { registrationToken: serverRegistrationToken })).rejects.toMatchObject({
    code: 'DOMAIN_NOT_FOUND',
  });
});

test('a token of the admin is one of the root user, and fixes user and domain', async ({ asAdmin, asPublic, domain, otherDomain }) => {
  const { token } = await asAdmin(createToken, { domainId: domain.id });

  const exchanged = await asPublic(exchangeSession, { apiToken: token, domainHint: otherDomain.id });

  expect(exchanged).toMatchObject({ domainId: domain.id, domainState: 'ACTIVE', permissions: ['ROOT'], withheld: [] });
});
