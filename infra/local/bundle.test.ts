import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { expect, test } from 'vitest';
import { bundleOf, bundleServices } from './bundle.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('every service begins from its bundle, wherever that lies, and says what it misses', { timeout: 120_000 }, async () => {
  await using folder = await temporaryFolder();
  const bundles = join(folder.path, 'services');
  await bundleServices(bundles);

  for (const service of SERVICE_NAMES) {
    const begun = spawnSync(process.execPath, [bundleOf(bundles, service)], { cwd: folder.path, env: {}, encoding: 'utf8' });
    const { status, stdout, stderr } = begun;
    expect([service, status, `${stdout}${stderr}`]).toEqual([service, 1, expect.stringContaining('TAKARO_NATS_CREDENTIALS is not set')]);
  }
});
