import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Preludes } from '../messages.ts';
import type { SandboxOperation } from '../operation.ts';

/**
 * The scripts whose heaps become the start-up snapshots of isolates: what functions import, and the client for the operations.
 * Few functions use lodash, and it would make every fresh context twice as dear.
 */
export async function buildPreludes(operations: readonly SandboxOperation[]): Promise<Preludes> {
  const [plain, lodash] = await Promise.all([bundle('without-lodash', operations), bundle('with-lodash', operations)]);
  return { plain, lodash };
}

async function bundle(entry: string, operations: readonly SandboxOperation[]): Promise<string> {
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
  return `(() => { const __operations = ${JSON.stringify(operations)};\n${outputFiles[0]?.text ?? ''}\n})()`;
}
