import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unpackPackage } from './nats-package.ts';
import { ADVICE, downloadRelease, NATS_RELEASE, RELEASE_BASE_URL, type Release } from './nats-release.ts';
import { Problem } from './problem.ts';

const execute = promisify(execFile);
/** Good for one server alone. */
const OLDEST = [2, 9, 10] as const;
/**
 * The oldest that was tried in a cluster and kept to everything. 2.9.10 let a stream stand still after a server was killed ("stream store EOF");
 * up to 2.10.18 messages of work queues can go with consumers that filter others (https://github.com/nats-io/nats-server/pull/5639, 5697).
 */
const SOUND = [2, 10, 27] as const;

export interface NatsBinaryOptions {
  /** Keeps what was downloaded. */
  readonly cacheFolder: string;
  /** NATS_SERVER, PATH and TAKARO_NATS_RELEASES are read. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  readonly log?: (line: string) => void;
  /** @default the release that this version of Takaro names */
  readonly release?: Release;
  /** Whether the system's package archive is asked. @default true */
  readonly packages?: boolean;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** Undefined if it does not run or does not say a version. */
const versionOf = async (path: string): Promise<readonly number[] | undefined> => {
  const { stdout } = await execute(path, ['--version'], { timeout: 10_000 }).catch(() => ({ stdout: '' }));
  const numbers = /v(\d+)\.(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number);
  return numbers;
};

const isNewEnough = (version: readonly number[], oldest: readonly number[] = OLDEST): boolean => {
  const first = oldest.findIndex((number, index) => version[index] !== number);
  return first === -1 || (version[first] ?? 0) > (oldest[first] ?? 0);
};

const isSound = async (path: string): Promise<boolean> => isNewEnough((await versionOf(path)) ?? [], SOUND);

const named = async (path: string): Promise<string> => {
  const version = await versionOf(path);
  if (version === undefined)
    throw new Problem(`NATS_SERVER names ${path}, which is no nats-server that runs here: correct it, or unset it.`);
  if (!isNewEnough(version)) throw new Problem(`NATS_SERVER names version ${version.join('.')}; Takaro needs 2.9.10 or newer.`);
  return resolve(path);
};

const onPath = async (path: string): Promise<string | undefined> => {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, 'nats-server');
    if (!(await isExecutable(candidate))) continue;
    const version = await versionOf(candidate);
    if (version !== undefined && isNewEnough(version)) return candidate;
  }
  return undefined;
};

/**
 * The first that is there: NATS_SERVER, the PATH, what was fetched before, the system's package archive (nothing is installed; of a Debian that
 * has an old one only, that of a later release), the official release by version and checksum. What was fetched before and is good for one
 * server alone is fetched anew, and kept where nothing better can be had. @throws Problem
 */
export const findNatsServer = async (options: NatsBinaryOptions): Promise<string> => {
  const { cacheFolder, env = process.env, log = () => undefined, release = NATS_RELEASE, packages = true } = options;
  const wanted = env['NATS_SERVER'];
  if (wanted !== undefined && wanted !== '') return named(wanted);
  const installed = await onPath(env['PATH'] ?? '');
  if (installed !== undefined) return installed;
  const cache = resolve(cacheFolder);
  const kept = join(cache, 'nats-server');
  if ((await isExecutable(kept)) && (await isSound(kept))) return kept;
  await mkdir(cache, { recursive: true }).catch((error: unknown) => {
    throw new Problem(`${cache} cannot be made: choose another folder with --data, or ${ADVICE}.`, { cause: error });
  });
  log('fetching nats-server, once');
  if (packages && process.platform === 'linux') {
    for (const from of ['own', 'later'] as const) {
      const unpacked = await unpackPackage(cache, from, log).catch(() => undefined);
      if (unpacked !== undefined && (await isSound(unpacked))) return unpacked;
    }
    log('the package archive gave none that is new enough; asking for the official release');
  }
  const base = (env['TAKARO_NATS_RELEASES'] ?? RELEASE_BASE_URL).replace(/\/$/, '');
  return downloadRelease(cache, base, release).catch(async (error: unknown) => {
    const isThere = (await isExecutable(kept)) && isNewEnough((await versionOf(kept)) ?? []);
    if (!isThere) throw error;
    log(`nats-server ${(await versionOf(kept))?.join('.')} is good for one server alone, not for a cluster: ${ADVICE}`);
    return kept;
  });
};
