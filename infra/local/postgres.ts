import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chown, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, ChildEnded, startChild } from './child.ts';
import { endLeftover } from './leftovers.ts';
import { freePort } from './ports.ts';
import {
  COMMON_FOLDER,
  findIdentity,
  findPostgresBinaries,
  type Identity,
  isReachable,
  makeCommonFolder,
  type PostgresBinaries,
} from './postgres-binaries.ts';
import { codeOf, Problem } from './problem.ts';

const execute = promisify(execFile);

export interface PostgresOptions {
  /** Holds the tables and the password of the superuser. Made if it is not there. */
  readonly dataFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: (line: string) => void;
  /** Commits survive a crash of the machine. Tests switch it off to be quick. @default true */
  readonly durable?: boolean;
  /** Started again when it ends by itself. @default false */
  readonly restart?: boolean;
  /** Ends a server that still runs on the folder. @default false */
  readonly takeOver?: boolean;
}

export interface Postgres extends AsyncDisposable {
  /** URL of the superuser in the database `postgres`. */
  readonly adminUrl: string;
  readonly port: number;
  /** Its postmaster. */
  readonly server: Child;
}

const SUPERUSER = 'postgres';
const HASTY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );

const keptText = async (path: string, make: () => string): Promise<string> => {
  const kept = await readText(path);
  if (kept !== undefined && kept !== '') return kept;
  const text = make();
  await writeFile(path, `${text}\n`, { mode: 0o600 });
  return text;
};

/**
 * The folder of the tables: in the data folder, unless another user has to pass a folder that is closed to it (a clone below /root).
 * Then the data folder keeps the name of a folder elsewhere; a new data folder gets a new one.
 */
const clusterFolder = async (dataFolder: string, identity: Identity | undefined): Promise<string> => {
  if (identity === undefined) return join(dataFolder, 'cluster');
  if (await isReachable(dataFolder)) return join(dataFolder, 'cluster');
  await makeCommonFolder();
  return join(COMMON_FOLDER, await keptText(join(dataFolder, 'cluster-name'), () => `cluster-${randomUUID()}`));
};

interface Cluster {
  readonly folder: string;
  readonly password: string;
  readonly identity: Identity | undefined;
  readonly durable: boolean;
}

/** Made beside its final place and moved there: half a cluster is never taken for a whole one. */
const makeCluster = async ({ initdb }: PostgresBinaries, { folder, password, identity, durable }: Cluster): Promise<void> => {
  const half = `${folder}.new`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  const secret = join(tmpdir(), `takaro-${randomUUID()}`);
  await writeFile(secret, password, { mode: 0o600, flag: 'wx' });
  try {
    if (identity !== undefined) for (const path of [half, secret]) await chown(path, identity.uid, identity.gid);
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
    const access = [`--username=${SUPERUSER}`, `--pwfile=${secret}`, '--auth=scram-sha-256'];
    await execute(initdb, ['-D', half, ...locale, ...access, '--no-instructions', ...(durable ? [] : ['--no-sync'])], {
      ...identity,
      cwd: '/',
    });
    await rename(half, folder);
  } catch (error) {
    throw new Problem(`PostgreSQL could not make its files in ${folder}: ${String(error).split('\n').at(-2) ?? String(error)}`, {
      cause: error,
    });
  } finally {
    await rm(secret, { force: true });
  }
};

const openCluster = async (dataFolder: string, durable: boolean): Promise<{ cluster: Cluster; binaries: PostgresBinaries }> => {
  await mkdir(dataFolder, { recursive: true });
  const found = await findIdentity();
  const folder = await clusterFolder(dataFolder, found);
  const version = await readText(join(folder, 'PG_VERSION'));
  // Files that are there belong to whoever made them, whatever users the system has by now.
  const owner = version === undefined ? null : await stat(folder);
  const identity = found === undefined || owner === null ? found : { uid: owner.uid, gid: owner.gid };
  const binaries = await findPostgresBinaries(identity);
  const password = await keptText(join(dataFolder, 'superuser-password'), () => randomBytes(24).toString('base64url'));
  const cluster = { folder, password, identity, durable };
  if (version === undefined) {
    const there = await lstat(folder).catch(() => null);
    if (there !== null) throw new Problem(`${folder} is not a PostgreSQL data folder: move it away or choose another folder with --data.`);
    await makeCluster(binaries, cluster);
  } else if (version !== '18') {
    throw new Problem(
      `${folder} was written by PostgreSQL ${version}, this is 18: choose another folder with --data, or give --database-url.`,
    );
  }
  return { cluster, binaries };
};

/** The postmaster says in its pid file when it takes connections. */
const isAccepting = (folder: string) => async (pid: number) => {
  const lines = (await readText(join(folder, 'postmaster.pid')))?.split('\n');
  return lines?.[0]?.trim() === String(pid) && lines[7]?.trim() === 'ready';
};

const explain = (error: unknown, folder: string): unknown => {
  if (!(error instanceof ChildEnded)) return error;
  const last = error.lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? error.lines.at(-1) ?? error.message;
  return new Problem(
    `PostgreSQL did not start on ${folder}: ${last.replace(/^.*?(FATAL|PANIC|ERROR): */, '')}. Look at its lines above, or choose another folder with --data.`,
    {
      cause: error,
    },
  );
};

/** A server of one's own on 127.0.0.1 that ends with the scope. @throws Problem */
export const startPostgres = async ({
  dataFolder,
  port,
  log,
  durable = true,
  restart = false,
  takeOver = false,
}: PostgresOptions): Promise<Postgres> => {
  try {
    const { cluster, binaries } = await openCluster(dataFolder, durable);
    if (takeOver) await endLeftover({ pidFile: join(cluster.folder, 'postmaster.pid'), mark: cluster.folder, signal: 'SIGINT' });
    const chosen = port === 0 ? await freePort() : port;
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      `port=${chosen}`,
      'max_connections=200',
      ...(durable ? [] : HASTY),
    ];
    const child = await startChild({
      name: 'postgres',
      command: binaries.postgres,
      args: ['-D', cluster.folder, ...settings.flatMap((setting) => ['-c', setting])],
      cwd: '/',
      ...(cluster.identity === undefined ? {} : { identity: cluster.identity }),
      log,
      isReady: isAccepting(cluster.folder),
      restart,
      // Fast shutdown: ends connections, writes a checkpoint.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 30_000,
    }).catch((error: unknown) => {
      throw explain(error, cluster.folder);
    });
    const adminUrl = `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${chosen}/postgres`;
    return { adminUrl, port: chosen, server: child, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
  } catch (error) {
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EROFS')
      throw new Problem(`${dataFolder} may not be written: choose another folder with --data.`, { cause: error });
    throw error;
  }
};
