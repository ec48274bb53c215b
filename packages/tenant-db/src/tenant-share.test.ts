import { expect, test } from 'vitest';
import { createTenantShare, type Turn } from './tenant-share.ts';

const atOnce: Turn = (work) => work();

test('who waits longer than may be is told so at once, and its work is never begun', async () => {
  const share = createTenantShare({ atOnce: 1, waitMs: 50 });
  const first = Promise.withResolvers<string>();
  const holding = share('otters', atOnce, () => first.promise);
  let begun = false;

  const late = share('otters', atOnce, async () => {
    begun = true;
  });

  await expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  first.resolve('done');
  expect(await holding, 'and who has its turn may take its time').toBe('done');
  expect(await share('otters', atOnce, async () => 'next')).toBe('next');
  expect(begun).toBe(false);
});
