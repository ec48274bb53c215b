import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { CompileError, createCompiler } from './compile.ts';

const sourcesOf = (code: string, ...shared: [name: string, code: string][]) => [
  { id: 'main', name: null, code },
  ...shared.map(([name, text]) => ({ id: name, name, code: text })),
];
const compile = (code: string, ...shared: [name: string, code: string][]) => createCompiler().compile(sourcesOf(code, ...shared), 'main');

test.each([
  ['JavaScript', 'export const a = 1; await Promise.resolve(a);'],
  ['TypeScript', 'const a: number = 1; interface B { a: string } console.log(a as unknown);'],
  ['nothing', ''],
  ['a chain of imports', `import { a } from './a.js'; a();`],
  ['an import that only runs at run time', `import('node:fs').catch(() => 0);`],
  ['import.meta', 'console.log(import.meta.url);'],
])('%s compiles', async (_, code) => {
  const { code: compiled } = await compile(
    code,
    ['a', `import { b } from './b.js'; export const a = () => b;`],
    ['b', 'export const b = 1;'],
  );
  expect(() => new Script(compiled)).not.toThrow();
});

test.each([
  ['a syntax error', 'const a = 1;\n  const b = ;', /^SyntaxError: .* \(line 2, column 13\): invalid javascript$/],
  ['a return at the top', 'return 1;', /^SyntaxError: .*line 1, column 1/],
  ['a package', `import fs from 'node:fs';`, /^unable to resolve dependency: node:fs \(line 1, column 16\)$/],
  ['require', `const fs = require('fs');`, /^unable to resolve dependency: fs/],
  ['a function that is not there', `import { x } from './x.js';`, /^unable to resolve dependency: \.\/x\.js/],
  ['a name in another case', `import { a } from './A.js';`, /^unable to resolve dependency/],
  ['a path', `import { a } from '../a.js';`, /^unable to resolve dependency/],
  ['a file', `import passwd from '/etc/passwd';`, /^unable to resolve dependency/],
  ['an export that is not there', `import { z } from './a.js'; z();`, /^No matching export in the imported function for import "z"/],
  ['an export that helpers lack', `import { z } from '@takaro/helpers'; z();`, /^No matching export/],
])('%s is refused with the reason and its place', async (_, code, reason) => {
  await expect(compile(code, ['a', 'export const a = 1;'])).rejects.toThrow(CompileError);
  await expect(compile(code, ['a', 'export const a = 1;'])).rejects.toThrow(reason);
});

test('code cannot close the function that it is put into', async () => {
  await expect(compile('}); globalThis.escaped = 1; (() => {')).rejects.toThrow(CompileError);
});

test('the same content is compiled once, another content anew', async () => {
  const compiler = createCompiler();
  const first = await compiler.compile(sourcesOf('1'), 'main');
  expect(await compiler.compile(sourcesOf('1'), 'main')).toBe(first);
  expect(await compiler.compile(sourcesOf('2'), 'main')).not.toBe(first);
});
