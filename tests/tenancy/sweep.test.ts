import { createDomain } from '@takaro/contracts/tenancy/domains';
import { login } from '@takaro/contracts/tenancy/users';
import { startTenancyProcess } from '@takaro/tenancy/service';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

test('what counts no more is taken away, whoever signs in, and what counts stays', async ({ asAdmin, asPublic, world }) => {
  const { rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  const signIn = () => asPublic(login, { username: rootUser.email, password });
  await signIn();
  const count = async (): Promise<readonly unknown[]> =>
    world.adminSql(
      `select (select count(*)::int from takaro_tenancy."session") as "sessions",
              (select count(*)::int from takaro_tenancy."auditEntry" where "action" = 'sign-in') as "entries",
              (select count(*)::int from takaro_tenancy."signInFailure") as "failures"`,
    );
  await world.adminSql(`update takaro_tenancy."session" set "expiresAt" = now() - interval '1 minute'`);
  await world.adminSql(`update takaro_tenancy."auditEntry" set "createdAt" = now() - interval '10 years'`);
  await world.adminSql(`insert into takaro_tenancy."signInFailure" ("key", "points", "expire") values ('over', 1, 1)`);
  await signIn();
  expect(await count()).toEqual([{ sessions: 2, entries: 2, failures: 1 }]);

  // It sweeps when it starts, and every minute.
  await using _copy = await startTenancyProcess(await world.contextFor('tenancy'));

  await expect.poll(count).toEqual([{ sessions: 1, entries: 1, failures: 0 }]);
});
