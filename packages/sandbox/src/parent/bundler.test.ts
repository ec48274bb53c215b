import { expect, test } from 'vitest';
import { CompileError, createCompiler } from './compile.ts';

const compile = (code: string) => createCompiler().compile([{ id: 'main', name: null, code }], 'main');

test('code that takes the compiler down is refused, and what others compile meanwhile and later is well', { timeout: 60_000 }, async () => {
  const deep = '['.repeat(1_000_000);
  const others = [1, 2, 3].map((one) => compile(`console.log(${one})`));

  await expect(compile(deep)).rejects.toThrow(new CompileError('quota: the code takes too much to compile'));
  for (const other of others) await expect(other).resolves.toMatchObject({ code: expect.stringContaining('console.log') });
  await expect(compile('console.log(4)')).resolves.toMatchObject({ code: expect.stringContaining('console.log(4)') });
});

test('code that is refused for that is refused at once the next time', { timeout: 60_000 }, async () => {
  const compiler = createCompiler();
  const sources = [{ id: 'main', name: null, code: '['.repeat(1_000_000) }];
  await expect(compiler.compile(sources, 'main')).rejects.toThrow('quota');
  const before = performance.now();
  await expect(compiler.compile(sources, 'main')).rejects.toThrow('quota');

  expect(performance.now() - before).toBeLessThan(1_000);
});

test('what is nested deeply does not become many times as long', { timeout: 60_000 }, async () => {
  const code = `${'{'.repeat(5_000)}${'}'.repeat(5_000)}`;
  const compiled = await compile(code);

  expect(compiled.code.length).toBeLessThan(4 * code.length);
});
