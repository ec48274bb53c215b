import { createHash, randomUUID } from 'node:crypto';
import { access, glob, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { build, type BuildFailure, type BuildOptions, type Plugin, stop, transform } from 'esbuild';
import { codeOf, Problem } from './problem.ts';
import { ROOT } from './run-tool.ts';

/** What bundles are made of, besides the packages that the lockfile names. */
const SOURCES = [
  '{services,packages}/*/src/**/*.ts',
  '{services,packages}/*/package.json',
  'infra/local/bundle.ts',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tsconfig.json',
];
/** Compiled for the machine: loaded from where it is installed. */
const NATIVE = /^(isolated-vm|esbuild|@node-rs\/argon2)$/;
const CODE = /\.(ts|mjs|cjs|js)$/;
/** It reads the names of its classes, and a bundler gives some of them others. */
const BY_NAME = /[/\\]@mikro-orm[/\\]/;
const UNWRITABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']);
const OWN_PLACE = /\bimport\.meta\.(dirname|filename|url)\b|\b__(dirname|filename)\b/;
const LOOKS_FOR = /\bimport\.meta\.resolve\('([^']+)'\)/g;
/** Those that nobody began to use for so long are removed. Whoever runs one longer has a cache of its own. */
const OLD_MS = 86_400_000;

/** The bundler is one for the process, and ended when it is done. */
let turn: Promise<unknown> = Promise.resolve();

/** Where a service lies in what `bundleServices` answers. */
export const bundleOf = (folder: string, service: ServiceName): string => join(folder, `${service}.mjs`);

/**
 * Makes of every service one file with all that it imports, what several share in files of its own. To find, read and strip a thousand
 * files costs a service a second of processor time whenever it starts; to bundle all of them costs two, once for each state of the sources.
 * Answers the folder, which has a name of its own for each state below `cache`. @throws Problem
 */
export function bundleServices(cache: string): Promise<string> {
  const bundling = turn.then(() => bundledIn(cache));
  turn = bundling.catch(() => undefined);
  return bundling;
}

async function bundledIn(cache: string): Promise<string> {
  try {
    const state = await stateOfSources();
    const folder = join(cache, state);
    const now = new Date();
    // Of somebody else it cannot be told that it is in use.
    await utimes(folder, now, now).catch(() => undefined);
    if (await isThere(folder)) return folder;
    const work = join(cache, `new-${randomUUID()}`);
    await mkdir(work, { recursive: true });
    try {
      await bundle(work);
      if ((await stateOfSources()) === state) await rename(work, folder);
    } catch (error) {
      // Somebody else was faster.
      if (!(await isThere(folder))) throw error;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    // Something was saved meanwhile: what was bundled may be half of it.
    if (!(await isThere(folder))) return await bundledIn(cache);
    await removeOld(cache, folder).catch(() => undefined);
    return folder;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`The services could not be bundled into ${cache}${adviceOn(error)}: ${reasonOf(error)}`, { cause: error });
  }
}

async function bundle(folder: string): Promise<void> {
  try {
    await build(optionsOf(folder));
  } finally {
    // It would wait for more, in a process of its own.
    await stop();
  }
}

const optionsOf = (folder: string): BuildOptions => ({
  entryPoints: Object.fromEntries(SERVICE_NAMES.map((service) => [service, join(ROOT, 'services', service, 'src', 'main.ts')])),
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  logLevel: 'silent',
  plugins: [nativeStays, filesStay],
  // For packages in CommonJS.
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(${JSON.stringify(join(ROOT, 'package.json'))});`,
  },
});

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function stateOfSources(): Promise<string> {
  const files = await Array.fromAsync(glob(SOURCES, { cwd: ROOT, exclude: ['**/node_modules'] }));
  const hash = createHash('sha256').update(`${process.version}\n${ROOT}\n`);
  for (const file of files.filter((name) => !name.endsWith('.test.ts')).toSorted())
    hash.update(`\n${file}\n`).update(await readFile(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

async function removeOld(cache: string, folder: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    if (path === folder || (await stat(path)).mtimeMs > Date.now() - OLD_MS) continue;
    // Never by half under the name of a whole one.
    const leaving = join(cache, `old-${randomUUID()}`);
    await rename(path, leaving);
    await rm(leaving, { recursive: true, force: true });
  }
}

const adviceOn = (error: unknown): string => (UNWRITABLE.has(codeOf(error) ?? '') ? ', which must be a folder that may be written' : '');

function reasonOf(error: unknown): string {
  if (!isBuildFailure(error)) return error instanceof Error ? error.message : String(error);
  const [first] = error.errors;
  const { file = 'a file', line = 0 } = first?.location ?? {};
  return `${file}:${line}: ${first?.text}`;
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);

const nativeStays: Plugin = {
  name: 'native packages stay where they are',
  setup: (building) => {
    building.onResolve({ filter: NATIVE }, ({ path, importer, kind }) => {
      const place = createRequire(importer).resolve(path);
      return { path: kind === 'require-call' ? place : pathToFileURL(place).href, external: true };
    });
  },
};

/** Files find what lies beside them (migrations, programs of their own) by where they were, not by where the bundle is. */
const filesStay: Plugin = {
  name: 'files know their place and classes their names',
  setup: (building) => {
    building.onLoad({ filter: CODE }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const placed = withPlace(path.includes('/node_modules/') ? code : withPackages(code, path), path);
      if (BY_NAME.test(path)) return { contents: (await transform(placed, { keepNames: true, target: 'node24' })).code, loader: 'js' };
      return placed === code ? null : { contents: placed, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/** What our own files look for by the name of its package, such as the pages of the API's documentation. */
const withPackages = (code: string, path: string): string =>
  code.replaceAll(LOOKS_FOR, (_all, name: string) => JSON.stringify(pathToFileURL(createRequire(path).resolve(name)).href));

function withPlace(code: string, path: string): string {
  if (!OWN_PLACE.test(code)) return code;
  const values: Readonly<Record<string, string>> = { dirname: dirname(path), filename: path, url: pathToFileURL(path).href };
  if (!code.includes('import.meta.'))
    return `var __dirname = ${JSON.stringify(values['dirname'])}, __filename = ${JSON.stringify(path)};\n${code}`;
  return code.replaceAll(/\bimport\.meta\.(dirname|filename|url)\b/g, (_all, name: string) => JSON.stringify(values[name]));
}
