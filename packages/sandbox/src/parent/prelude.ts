import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { SandboxOperation } from '../operation.ts';

/** The script whose heap becomes the start-up snapshot of isolates: what functions import, and the client for the operations. */
export async function buildPrelude(operations: readonly SandboxOperation[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../isolate/prelude.ts', import.meta.url))],
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
