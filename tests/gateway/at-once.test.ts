import { login } from '@takaro/contracts/tenancy/users';
import { startGateway } from '@takaro/gateway/service';
import { answerOf } from '@takaro/testing/neighbours';
import { openWorld } from '@takaro/testing/world';
import { expect, test, vi } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';

test('of more sign-ins than a gateway has under way, those too many are refused before tenancy hears of them', async () => {
  await using world = await openWorld({ limits: { signInsAtOnce: 2 } });
  const held: (() => void)[] = [];
  await world.neighbours('tenancy', [
    answerOf(login, async () => {
      await new Promise<void>((resolve) => held.push(resolve));
      return { token: 'session' };
    }),
  ]);
  const { url } = await world.start('gateway', startGateway);
  const signIn = (): Promise<Response> =>
    documentedFetch(`${url}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'otter@example.com', password: 'a long enough password' }),
    });
  const [first, second] = [signIn(), signIn()];
  await vi.waitFor(() => expect(held).toHaveLength(2), 10_000);

  const third = await signIn();
  for (const release of held) release();
  const answers = await Promise.all([first, second]);

  expect([third.status, await third.json()]).toEqual([
    503,
    { meta: { error: { code: 'ServiceUnavailableError', message: expect.any(String) } }, data: {} },
  ]);
  expect(held).toHaveLength(2);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);

  const fourth = signIn();
  await vi.waitFor(() => expect(held).toHaveLength(3), 10_000);
  held[2]?.();
  expect((await fourth).status).toBe(200);
});
