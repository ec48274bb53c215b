import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './run-tool.ts';

/** Compiled for the machine: loaded from where it is installed. */
const NATIVE = /^(isolated-vm|esbuild|@node-rs\/argon2)$/;
const CODE = /\.(ts|mjs|cjs|js)$/;
const OWN_PLACE = /\bimport\.meta\.(dirname|filename|url)\b|\b__(dirname|filename)\b/;
const LOOKS_FOR = /\bimport\.meta\.resolve\('([^']+)'\)/g;

/** Where `bundleServices` puts a service. */
export const bundleOf = (folder: string, service: ServiceName): string => join(folder, `${service}.mjs`);

/**
 * Makes of every service one file with all that it imports, some of them shared, in a folder that is emptied first. To find, read and
 * strip a thousand files costs a service a second of processor time whenever it starts; all of them together take two here, once.
 * @throws BuildFailure
 */
export async function bundleServices(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: Object.fromEntries(SERVICE_NAMES.map((service) => [service, join(ROOT, 'services', service, 'src', 'main.ts')])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'silent',
    plugins: [nativeStays, placesStay],
    // For packages in CommonJS.
    banner: { js: `import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);` },
  });
}

const nativeStays: Plugin = {
  name: 'native packages stay where they are',
  setup: (building) => {
    building.onResolve({ filter: NATIVE }, ({ path, importer }) => ({ path: createRequire(importer).resolve(path), external: true }));
  },
};

/** Files find what lies beside them (migrations, programs of their own) by where they were, not by where the bundle is. */
const placesStay: Plugin = {
  name: 'files know their place',
  setup: (building) => {
    building.onLoad({ filter: CODE }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const placed = withPlace(path.includes('/node_modules/') ? code : withPackages(code, path), path);
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
