import { type AuditEntry, searchAuditEntries } from '@takaro/contracts/tenancy/audit';
import { createDomain, createToken, deleteDomain, regenerateRegistrationToken, updateDomain } from '@takaro/contracts/tenancy/domains';
import { exchangeAdminSecret } from '@takaro/contracts/tenancy/internal';
import { login, logout } from '@takaro/contracts/tenancy/users';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

const gist = ({ action, outcome, actorKind }: AuditEntry): string => `${action} ${outcome} by ${actorKind}`;

test('who got in, who was refused and what was done about tokens and domains is in the audit log, and no secret is', async ({
  asAdmin,
  asPublic,
  asUser,
  world,
}) => {
  await world.adminSql('delete from takaro_tenancy."auditEntry"');
  const { createdDomain, rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  const { id } = createdDomain;
  const [typed, wrong] = ['my-password-in-the-wrong-field', 'not-the-password'];
  await expect(asPublic(login, { username: rootUser.email, password: wrong })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(asPublic(login, { username: typed, password: wrong })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(asPublic(exchangeAdminSecret, { secret: wrong })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  const { token: session } = await asPublic(login, { username: rootUser.email, password });
  const { token: apiToken } = await asAdmin(createToken, { domainId: id });
  await asUser(createdDomain, ['ROOT'], rootUser.id)(regenerateRegistrationToken, {});
  await asAdmin(updateDomain, { id, name: 'Beavers' });
  await asPublic(logout, { authorization: `Bearer ${session}` });
  await asAdmin(deleteDomain, { id });

  const { entries } = await asAdmin(searchAuditEntries, {});

  expect(entries.map(gist).toReversed()).toEqual([
    'domain-created done by admin',
    'sign-in refused by identity',
    'sign-in refused by unknown',
    'admin-secret-presented refused by unknown',
    'sign-in done by identity',
    'api-token-created done by admin',
    'registration-token-regenerated done by user',
    'domain-updated done by admin',
    'sign-out done by identity',
    'domain-disabled done by admin',
  ]);
  expect(entries.find(({ action }) => action === 'registration-token-regenerated')).toMatchObject({ actorId: rootUser.id, domainId: id });
  const { entries: refused } = await asAdmin(searchAuditEntries, { outcome: 'refused', action: 'sign-in', limit: 1 });
  expect(refused.map(gist)).toEqual(['sign-in refused by unknown']);
  const stored = JSON.stringify(await world.adminSql('select * from takaro_tenancy."auditEntry"'));
  for (const secret of [typed, wrong, password, session, apiToken, createdDomain.serverRegistrationToken ?? '-', rootUser.email]) {
    expect(stored).not.toContain(secret);
  }
});

test('the same refusal within a minute is counted in one row, whatever name was tried', async ({ asAdmin, asPublic, world }) => {
  await world.adminSql('delete from takaro_tenancy."auditEntry"');
  const tries = 6;
  for (let turn = 0; turn < tries; turn += 1) {
    await expect(asPublic(login, { username: `nobody-${turn}`, password: 'wrong-password' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  }

  const { entries } = await asAdmin(searchAuditEntries, { outcome: 'refused', action: 'sign-in' });

  // A minute may end in the middle.
  expect(entries.length).toBeLessThanOrEqual(2);
  expect(entries.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(tries);
});
