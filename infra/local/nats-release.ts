import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from './problem.ts';

const execute = promisify(execFile);

export interface Release {
  readonly version: string;
  /** SHA-256 of the archive, by `process.platform` and `process.arch`. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** As published with the release; an archive with another checksum is never unpacked. */
export const NATS_RELEASE: Release = {
  version: '2.10.29',
  checksums: {
    'linux-x64': 'e314da74a83a1d3876db8814c27eb990fe729640fd6452025b441bcede8390da',
    'linux-arm64': 'da4b27942ecfb4c5f0c54553d2e7f470ddda9d7581cfe8131b351a0e223ed401',
  },
};

export const RELEASE_BASE_URL = 'https://github.com/nats-io/nats-server/releases/download';

const WAIT_MS = 120_000;
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64' };
export const ADVICE = 'install nats-server (2.10.27 or newer), or set NATS_SERVER to its path';

const fetchArchive = async (url: string): Promise<Uint8Array> => {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new Problem(`nats-server could not be downloaded from ${url}: no answer. Go online, ${ADVICE}.`, { cause: error });
  }
  throw new Problem(
    `nats-server could not be downloaded from ${url}: status ${response.status}. Check TAKARO_NATS_RELEASES, or ${ADVICE}.`,
  );
};

/** Downloads the official release into `folder` and answers the binary's path. @throws Problem */
export const downloadRelease = async (folder: string, baseUrl: string, { version, checksums }: Release = NATS_RELEASE): Promise<string> => {
  const expected = checksums[`${process.platform}-${process.arch}`];
  if (expected === undefined) throw new Problem(`There is no nats-server to download for ${process.platform} ${process.arch}: ${ADVICE}.`);
  const name = `nats-server-v${version}-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  const url = `${baseUrl}/v${version}/${name}.tar.gz`;
  const archive = await fetchArchive(url);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) {
    throw new Problem(
      `What ${url} gave is not the release: its SHA-256 is ${actual}, expected ${expected}. Nothing of it was kept; ${ADVICE}.`,
    );
  }
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'release-'));
  try {
    await writeFile(join(work, 'archive.tar.gz'), archive);
    await execute('tar', ['-xzf', 'archive.tar.gz', `${name}/nats-server`], { cwd: work });
    const target = join(folder, 'nats-server');
    await rename(join(work, name, 'nats-server'), target);
    return target;
  } catch (error) {
    throw new Problem(`nats-server could not be unpacked in ${folder}: check that it may be written and tar is installed, or ${ADVICE}.`, {
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
