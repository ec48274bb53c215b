import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Preludes } from '../messages.ts';
import type { SandboxOperation } from '../operation.ts';

/**
 * The scripts whose heaps become the start-up snapshots of isolates: what functions import, and the client for the operations.
 * Few functions use lodash, and it would make every fresh context twice as dear.
 */
export async function buildPreludes(operations: readonly SandboxOperation[]): Promise<Preludes> {
  bundles ??= Promise.all([bundle('without-lodash'), bundle('with-lodash')]);
  const [plain, lodash] = await bundles;
  return { plain: withOperations(plain, operations), lodash: withOperations(lodash, operations) };
}

/** Made once in a process: lodash takes esbuild 0.2 s. */
let bundles: Promise<[string, string]> | undefined;

const withOperations = (code: string, operations: readonly SandboxOperation[]): string =>
  `(() => { const __operations = ${JSON.stringify(operations)};\n${code}\n})()`;

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../isolate/${entry}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2024',
    minifySyntax: true,
    minifyWhitespace: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
  });
  return outputFiles[0]?.text ?? '';
}
