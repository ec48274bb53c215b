import { expect, test } from 'vitest';
import { openSandboxForTests } from './testing.ts';

test('of more domains that burn than may have a process of their own none is lost', { timeout: 600_000 }, async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 900, wallMs: 300_000 } });
  const domains = Array.from({ length: 10 }, (_, nr) => `wild-otters-${nr}`);
  await box.run('1', { domainId: 'quiet-otters' });

  const results = await Promise.all(domains.map((domainId) => box.run('for (;;);', { domainId })));

  expect(results.map(({ lost, reason }) => [lost, reason?.split(':')[0]])).toEqual(domains.map(() => [false, 'cpu limit']));
});
