import { createHash } from 'node:crypto';
import type { Loader, Message, Plugin } from 'esbuild';
import { LRUCache } from 'lru-cache';
import type { Preludes } from '../messages.ts';
import type { FunctionSource } from '../run.ts';
import { buildWatched, TooDear } from './bundler.ts';

export interface CompiledFunction {
  /** Of the sources it was made from. */
  readonly hash: string;
  /** A script that starts the function in a context made from the prelude. */
  readonly code: string;
  /** Which one. */
  readonly prelude: keyof Preludes;
}

/** The sources cannot become a function. The message is what the author is shown. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
}

export interface Compiler {
  /** @throws CompileError */
  compile(sources: readonly FunctionSource[], functionId: string): Promise<CompiledFunction>;
}

const HELPERS = '@takaro/helpers';
const EXPORTS = ['takaro', 'data', 'getTakaro', 'getData', 'checkPermission', 'TakaroUserError', 'axios', '_', 'lodash', 'nextCronJobRun'];
const HELPERS_MODULE = EXPORTS.map((name) => `export const ${name} = __exported.${name};`).join('\n');
const SOURCES_CHARS = 4_194_304;
/** Longer code is put on one line: what is nested deeply is indented by more than it is long. 50 KB of braces became gigabytes. */
const LAID_OUT_CHARS = 8_192;
/** Of a bundle. */
const CODE_CHARS = 8_388_608;
/** Code that cannot have lodash without matching this; code that only matches is given it for nothing. */
const LODASH = /(?<![\w$])(?:_|lodash)(?![\w$])|\*\s*(?:as|from)\b/;

/** Bundles functions, each content once. `cacheChars` bounds the results that are kept. */
export function createCompiler(cacheChars = 67_108_864): Compiler {
  const compiled = new LRUCache<string, CompiledFunction>({ maxSize: cacheChars, sizeCalculation: ({ code }) => code.length + 1 });
  const underWay = new Map<string, Promise<CompiledFunction>>();
  /** What would take esbuild down again. */
  const refused = new LRUCache<string, CompileError>({ max: 1_000 });
  /** Callers hand in the same array for the same version, which then need not be hashed again. */
  const hashes = new WeakMap<readonly FunctionSource[], string>();

  const hashOf = (sources: readonly FunctionSource[]): string => {
    const known = hashes.get(sources);
    if (known) return known;
    const hash = createHash('sha256').update(JSON.stringify(sources)).digest('hex');
    hashes.set(sources, hash);
    return hash;
  };
  const compile = async (sources: readonly FunctionSource[], functionId: string): Promise<CompiledFunction> => {
    const hash = `${hashOf(sources)}/${functionId}`;
    const known = compiled.get(hash) ?? underWay.get(hash);
    if (known) return known;
    const refusal = refused.get(hash);
    if (refusal) throw refusal;
    const work = bundle(sources, functionId).then((bundled) => ({ hash, ...bundled }));
    underWay.set(hash, work);
    try {
      const done = await work;
      compiled.set(hash, done);
      return done;
    } catch (error) {
      if (error instanceof CompileError && error.cause instanceof TooDear) refused.set(hash, error);
      throw error;
    } finally {
      underWay.delete(hash);
    }
  };
  return { compile };
}

async function bundle(sources: readonly FunctionSource[], functionId: string): Promise<Bundle> {
  const main = sources.find(({ id }) => id === functionId);
  if (!main) throw new CompileError('The function is not part of the version');
  if (sources.reduce((sum, { code }) => sum + code.length, 0) > SOURCES_CHARS) throw new CompileError('quota: the sources are too large');
  const asJavaScript = await attempt(sources, main, 'js');
  if ('code' in asJavaScript) return asJavaScript;
  // TypeScript drops imports of which only types could be used: what cannot be found must not get lost that way.
  if (asJavaScript.errors.some(isLink)) throw new CompileError(reasonOf(asJavaScript.errors));
  const asTypeScript = await attempt(sources, main, 'ts');
  if ('code' in asTypeScript) return asTypeScript;
  throw new CompileError(reasonOf(asJavaScript.errors));
}

type Bundle = Omit<CompiledFunction, 'hash'>;
type Attempt = Bundle | { readonly errors: readonly Message[] };

async function attempt(sources: readonly FunctionSource[], main: FunctionSource, loader: Loader): Promise<Attempt> {
  const loaded: string[] = [];
  try {
    const [file] = await buildWatched({
      entryPoints: ['main'],
      bundle: true,
      write: false,
      outfile: 'function.js',
      format: 'esm',
      platform: 'neutral',
      target: 'esnext',
      treeShaking: false,
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      logLimit: 10,
      minifyWhitespace: sources.some(({ code }) => code.length > LAID_OUT_CHARS),
      tsconfigRaw: {},
      define: { 'import.meta': '{}' },
      plugins: [virtualModules({ sources, main, loader, onLoaded: (code) => loaded.push(code) })],
    });
    const bytes = file?.contents.length ?? 0;
    if (bytes > CODE_CHARS) throw new CompileError('quota: the code is too large');
    const prelude = loaded.some((code) => LODASH.test(code)) ? 'lodash' : 'plain';
    return { prelude, code: `__start(async (__exported) => {"use strict";\n${file?.text ?? ''}\n});` };
  } catch (error) {
    if (error instanceof TooDear) throw new CompileError(error.message, { cause: error });
    if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) return { errors: error.errors };
    throw error;
  }
}

interface VirtualModules {
  readonly sources: readonly FunctionSource[];
  readonly main: FunctionSource;
  readonly loader: Loader;
  readonly onLoaded: (code: string) => void;
}

/** Answers every import from the sources, never from files. */
const virtualModules = ({ sources, main, loader, onLoaded }: VirtualModules): Plugin => ({
  name: 'virtual-modules',
  setup: (builder) => {
    builder.onResolve({ filter: /.*/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return { path: 'main', namespace: 'entry' };
      if (path === 'main' && kind === 'import-statement') return { path: main.id, namespace: 'function' };
      if (kind === 'dynamic-import') return { path, external: true };
      if (path === HELPERS) return { path, namespace: 'exported' };
      const name = /^\.\/(.+)\.js$/.exec(path)?.[1];
      const imported = name && sources.find((source) => source.name === name);
      if (imported) return { path: imported.id, namespace: 'function' };
      return { errors: [{ text: `unable to resolve dependency: ${path}` }] };
    });
    // An import for its effects only: what the main function exports is of no use to anybody, and would be no valid script.
    builder.onLoad({ filter: /.*/, namespace: 'entry' }, () => ({ contents: 'import "main";', loader: 'js' }));
    builder.onLoad({ filter: /.*/, namespace: 'exported' }, () => ({ contents: HELPERS_MODULE, loader: 'js' }));
    builder.onLoad({ filter: /.*/, namespace: 'function' }, ({ path }) => {
      const code = sources.find(({ id }) => id === path)?.code ?? '';
      onLoaded(code);
      // Marks it as a module even where it imports and exports nothing.
      return { contents: `${code}\nexport {};`, loader };
    });
  },
});

const isLink = ({ text }: Message): boolean => text.startsWith('unable to resolve') || text.startsWith('No matching export');

function reasonOf(errors: readonly Message[]): string {
  const [first] = errors;
  if (!first) return 'SyntaxError: invalid javascript';
  const place = first.location ? ` (line ${first.location.line}, column ${first.location.column + 1})` : '';
  const text = first.text.replaceAll(/"?(function|exported):[^" ]*"?/g, 'the imported function');
  return isLink(first) ? `${text}${place}` : `SyntaxError: ${text}${place}: invalid javascript`;
}
