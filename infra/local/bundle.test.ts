import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { expect, test } from 'vitest';
import { bundleOf, bundleServices } from './bundle.ts';
import { temporaryFolder } from './temporary-folder.ts';

const DAY_S = 86_400;

test('every service begins from its bundle, wherever that lies, and says what it misses', { timeout: 120_000 }, async () => {
  await using folder = await temporaryFolder();
  for (const [name, days] of [
    ['used', 0.9],
    ['old', 1.1],
  ] as const) {
    const path = join(folder.path, name);
    await mkdir(path);
    await writeFile(join(path, 'gateway.mjs'), '');
    await utimes(path, new Date(), Date.now() / 1_000 - days * DAY_S);
  }

  const [bundles, again] = await Promise.all([bundleServices(folder.path), bundleServices(folder.path)]);
  expect(again, 'of the same sources').toBe(bundles);

  for (const service of SERVICE_NAMES) {
    const begun = spawnSync(process.execPath, [bundleOf(bundles, service)], { cwd: folder.path, env: {}, encoding: 'utf8' });
    const { status, stdout, stderr } = begun;
    expect([service, status, `${stdout}${stderr}`]).toEqual([service, 1, expect.stringContaining('TAKARO_NATS_CREDENTIALS is not set')]);
  }
  const files = (await readdir(bundles)).filter((name) => name.endsWith('.mjs'));
  const code = await Promise.all(files.map((name) => readFile(join(bundles, name), 'utf8')));
  expect(code.join('\n'), 'MikroORM looks for this class by its name').toMatch(/__name\d*\(this, "EntitySchema"\)/);

  expect(await readdir(folder.path), 'what somebody may run stays').toEqual(expect.arrayContaining(['used', basename(bundles)]));
  expect(await readdir(folder.path)).toHaveLength(2);

  const { mtimeMs } = await stat(folder.path);
  await utimes(bundles, 0, 0);
  expect(await bundleServices(folder.path)).toBe(bundles);
  expect((await stat(folder.path)).mtimeMs, 'nothing was made beside it').toBe(mtimeMs);
  expect((await stat(bundles)).mtimeMs, 'it is in use').toBeGreaterThan(mtimeMs);
});

test('says where bundles cannot be made', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  await expect(bundleServices(file)).rejects.toThrow(
    /^The services could not be bundled into .*file, which must be a folder that may be written: /,
  );
  expect(await readFile(file, 'utf8')).toBe('');
});
