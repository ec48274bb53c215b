import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { expect, test } from 'vitest';
import { bundleOf, bundleServices } from './bundle.ts';
import { temporaryFolder } from './temporary-folder.ts';

const OLD = ['1', '2', '3', '4', '5'];

test('every service begins from its bundle, wherever that lies, and says what it misses', { timeout: 120_000 }, async () => {
  await using folder = await temporaryFolder();
  for (const name of OLD) {
    await mkdir(join(folder.path, name));
    await utimes(join(folder.path, name), Number(name), Number(name));
  }

  const bundles = await bundleServices(folder.path);

  for (const service of SERVICE_NAMES) {
    const begun = spawnSync(process.execPath, [bundleOf(bundles, service)], { cwd: folder.path, env: {}, encoding: 'utf8' });
    const { status, stdout, stderr } = begun;
    expect([service, status, `${stdout}${stderr}`]).toEqual([service, 1, expect.stringContaining('TAKARO_NATS_CREDENTIALS is not set')]);
  }
  const files = (await readdir(bundles)).filter((name) => name.endsWith('.mjs'));
  const code = await Promise.all(files.map((name) => readFile(join(bundles, name), 'utf8')));
  expect(code.join('\n'), 'MikroORM looks for this class by its name').toMatch(/__name\d*\(this, "EntitySchema"\)/);

  const { mtimeMs } = await stat(folder.path);
  expect(await bundleServices(folder.path), 'of the same sources').toBe(bundles);
  expect((await stat(folder.path)).mtimeMs, 'nothing was made beside it').toBe(mtimeMs);
  const left = (await readdir(folder.path)).filter((name) => !bundles.endsWith(name));
  expect(left.toSorted(), 'three of other sources stay, for whoever runs them').toEqual(OLD.slice(-3));
});

test('says where bundles cannot be made', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  await expect(bundleServices(file)).rejects.toThrow(/^The services could not be bundled into .*file: /);
  expect(await readFile(file, 'utf8')).toBe('');
});
