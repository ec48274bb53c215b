import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { prepareNats } from '../nats/prepare.ts';
import { findNatsServer } from './nats-binary.ts';
import { startNats } from './nats.ts';
import { freePort } from './ports.ts';

const FAKE = '#!/bin/sh\necho "nats-server: v2.10.29"\n';
const NAME = `nats-server-v9.9.9-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

interface Fixtures {
  folder: string;
  /** Serves an archive of the release 9.9.9 and knows its checksum. */
  releases: { readonly url: string; readonly checksum: string };
}

const test = base.extend<Fixtures>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'takaro-binary-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  releases: async ({ folder }, use) => {
    await mkdir(join(folder, NAME));
    await writeFile(join(folder, NAME, 'nats-server'), FAKE, { mode: 0o755 });
    execFileSync('tar', ['-czf', 'release.tar.gz', NAME], { cwd: folder });
    const archive = await readFile(join(folder, 'release.tar.gz'));
    const server = createServer((request, response) => {
      const known = request.url === `/good/v9.9.9/${NAME}.tar.gz`;
      response.writeHead(known ? 200 : 404).end(known ? archive : undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const checksum = createHash('sha256').update(archive).digest('hex');
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, checksum });
    server.close();
  },
});

const releaseOf = (checksum: string) => ({ version: '9.9.9', checksums: { [`${process.platform}-${process.arch}`]: checksum } });

test('an official release with the right checksum is unpacked into the cache and found there again', async ({ folder, releases }) => {
  const cacheFolder = join(folder, 'cache');
  const options = { cacheFolder, packages: false, release: releaseOf(releases.checksum) };

  const binary = await findNatsServer({ ...options, env: { TAKARO_NATS_RELEASES: `${releases.url}/good` } });
  const again = await findNatsServer({ ...options, env: { TAKARO_NATS_RELEASES: `${releases.url}/gone` } });

  expect(binary).toBe(join(cacheFolder, 'nats-server'));
  expect(again).toBe(binary);
  expect(await readFile(binary, 'utf8')).toBe(FAKE);
  expect(await readdir(cacheFolder)).toEqual(['nats-server']);
});

test('an archive with another checksum is refused in one line and nothing of it is kept', async ({ folder, releases }) => {
  const cacheFolder = join(folder, 'cache');
  const env = { TAKARO_NATS_RELEASES: `${releases.url}/good` };

  const finding = findNatsServer({ cacheFolder, packages: false, release: releaseOf('0'.repeat(64)), env });

  await expect(finding).rejects.toThrow(/^What .* is not the release: its SHA-256 is [0-9a-f]{64}, expected 0{64}\..*NATS_SERVER[^\n]*$/);
  expect(await readdir(cacheFolder)).toEqual([]);
});

test('a release that is not there is told in one line with its address and what to do', async ({ folder, releases }) => {
  const env = { TAKARO_NATS_RELEASES: `${releases.url}/gone` };

  const finding = findNatsServer({ cacheFolder: join(folder, 'cache'), packages: false, release: releaseOf(releases.checksum), env });

  await expect(finding).rejects.toThrow(/^nats-server could not be downloaded from http:[^\n]*status 404[^\n]*NATS_SERVER[^\n]*$/);
});

test('a server that does not answer is told in one line', async ({ folder }) => {
  const env = { TAKARO_NATS_RELEASES: `http://127.0.0.1:${await freePort()}` };

  const finding = findNatsServer({ cacheFolder: join(folder, 'cache'), packages: false, release: releaseOf(''), env });

  await expect(finding).rejects.toThrow(/no answer\. Go online[^\n]*$/);
});

const keepOld = async (cacheFolder: string): Promise<string> => {
  await mkdir(cacheFolder);
  await writeFile(join(cacheFolder, 'nats-server'), '#!/bin/sh\necho "nats-server: v2.9.10"\n', { mode: 0o755 });
  return join(cacheFolder, 'nats-server');
};

test('one in the cache that is good for one server alone is fetched anew', async ({ folder, releases }) => {
  const cacheFolder = join(folder, 'cache');
  const kept = await keepOld(cacheFolder);
  const env = { TAKARO_NATS_RELEASES: `${releases.url}/good` };

  await expect(findNatsServer({ cacheFolder, packages: false, release: releaseOf(releases.checksum), env })).resolves.toBe(kept);

  expect(await readFile(kept, 'utf8')).toBe(FAKE);
});

test('where nothing better can be had it is kept, and told of', async ({ folder, releases }) => {
  const cacheFolder = join(folder, 'cache');
  const kept = await keepOld(cacheFolder);
  const env = { TAKARO_NATS_RELEASES: `${releases.url}/gone` };
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);

  await expect(findNatsServer({ cacheFolder, packages: false, release: releaseOf(releases.checksum), env, log })).resolves.toBe(kept);

  expect(lines.at(-1)).toMatch(/^nats-server 2\.9\.10 is good for one server alone, not for a cluster: install/);
});

// Elsewhere there is no package archive of Debian.
test.skipIf(!existsSync('/etc/debian_version'))(
  'of a Debian with an old one only that of a later release is taken',
  { timeout: 300_000 },
  async ({ folder }) => {
    const lines: string[] = [];
    // Nothing answers there: it came from the package archive.
    const env = { TAKARO_NATS_RELEASES: `http://127.0.0.1:${await freePort()}` };

    const binary = await findNatsServer({ cacheFolder: join(folder, 'cache'), env, log: (line) => lines.push(line) });

    const [, minor] = /v2\.(\d+)/.exec(execFileSync(binary, ['--version'], { encoding: 'utf8' })) ?? [];
    expect(Number(minor)).toBeGreaterThanOrEqual(10);
  },
);

test('NATS_SERVER comes before the PATH, and the PATH before the cache', async ({ folder }) => {
  for (const place of ['named', 'path', 'cache']) {
    await mkdir(join(folder, place));
    await writeFile(join(folder, place, 'nats-server'), FAKE);
    await chmod(join(folder, place, 'nats-server'), 0o755);
  }
  const options = { cacheFolder: join(folder, 'cache') };
  const PATH = `${join(folder, 'path')}:${process.env['PATH']}`;

  await expect(findNatsServer({ ...options, env: { NATS_SERVER: join(folder, 'named', 'nats-server'), PATH } })).resolves.toContain(
    'named',
  );
  await expect(findNatsServer({ ...options, env: { PATH } })).resolves.toContain('path');
  await expect(findNatsServer({ ...options, env: { PATH: '/bin' } })).resolves.toContain('cache');
});

test('a NATS_SERVER that is none, or too old, is refused and not passed over', async ({ folder }) => {
  const old = join(folder, 'old');
  await writeFile(old, '#!/bin/sh\necho "nats-server: v2.9.9"\n', { mode: 0o755 });

  await expect(findNatsServer({ cacheFolder: folder, env: { NATS_SERVER: '/nowhere/nats-server' } })).rejects.toThrow(/^NATS_SERVER names/);
  await expect(findNatsServer({ cacheFolder: folder, env: { NATS_SERVER: old } })).rejects.toThrow(/needs 2\.9\.10 or newer/);
});

test('a nats-server that was found starts with the prepared configuration and ends with the scope', async ({ folder }) => {
  const cacheFolder = join(import.meta.dirname, '..', '..', '.takaro', 'cache');
  const binary = await findNatsServer({ cacheFolder });
  const port = await freePort();
  const { configFile } = await prepareNats({ folder: join(folder, 'nats'), port, storeFolder: join(folder, 'store') });
  const pidFile = join(folder, 'pid');
  const lines: string[] = [];

  {
    await using server = await startNats({ binary, configFile, pidFile, log: (line) => lines.push(line) });
    expect(Number(await readFile(pidFile, 'utf8'))).toBe(server.pid());
    const environment = (await readFile(`/proc/${server.pid()}/environ`, 'utf8')).split('\0');
    const processors = process.env['GOMAXPROCS'] ?? Math.max(1, Math.floor(availableParallelism() / 4));
    expect(environment).toContain(`GOMAXPROCS=${processors}`);
    await expect(startNats({ binary, configFile, log: () => undefined })).rejects.toThrow(/^nats-server did not start: [^\n]+$/);
  }

  expect(lines.join('\n')).toContain('Server Exiting');
});
