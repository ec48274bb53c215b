import { createDomain } from '@takaro/contracts/tenancy/domains';
import { login } from '@takaro/contracts/tenancy/users';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest({ limits: { passwordChecksAtOnce: 1, passwordChecksWaiting: 5 } });

test('of more sign-ins than may wait, those too many are told to come back, and the next one is served', async ({ asAdmin, asPublic }) => {
  const { rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  const attempt = () => asPublic(login, { username: rootUser.email, password });

  const attempts = await Promise.allSettled(Array.from({ length: 60 }, attempt));

  const refused = attempts.filter((one) => one.status === 'rejected');
  expect(refused.length).toBeGreaterThan(10);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE' });
  expect(attempts.length - refused.length).toBeGreaterThanOrEqual(6);
  expect(await attempt()).toMatchObject({ token: expect.any(String) });
});
