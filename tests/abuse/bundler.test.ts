import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { openSandboxForTests, type SandboxForTests } from '@takaro/sandbox/testing';
import { afterAll, beforeAll } from 'vitest';
import { type AttackVerdict, attackTest } from './attack.ts';

const run = promisify(execFile);
/** Stands in a file beside the sandbox's own, which every user of this machine may read. */
const SECRET = 'a secret of this machine';

let box: SandboxForTests;
let folder: string;
beforeAll(async () => {
  box = await openSandboxForTests();
  folder = await mkdtemp(join(tmpdir(), 'takaro-abuse-'));
  await writeFile(join(folder, 'secret.mjs'), `export default '${SECRET}';`);
  await writeFile(join(folder, 'secret.json'), JSON.stringify(SECRET));
  await writeFile(join(folder, 'secret.txt'), SECRET);
  await writeFile(join(folder, 'secret.map'), JSON.stringify({ version: 3, sources: [SECRET], names: [], mappings: 'AAAA' }));
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const verdictOf = (text: string): AttackVerdict => {
  const harmed = text.includes(SECRET);
  return { harmed, seen: harmed ? 'the secret was told' : text.split('\n').find((line) => line !== '') || 'nothing was told' };
};

/** As a function, which gets its sources bundled. */
async function asFunction(code: string): Promise<AttackVerdict> {
  const { logs, reason } = await box.run(code, { versionKey: code });
  return verdictOf([reason ?? '', ...logs.map((line) => JSON.stringify(line))].join('\n'));
}

/** As a file that Node runs where the secret is. */
async function asFile(code: string, name: string): Promise<AttackVerdict> {
  await writeFile(join(folder, name), code);
  const ended = await run(process.execPath, ['--enable-source-maps', join(folder, name)]).catch((error: Error) => error);
  return verdictOf(ended instanceof Error ? ended.message : ended.stdout);
}

const ATTACKS: readonly [attack: string, tried: string, code: (folder: string) => string, name?: string][] = [
  ['import of an absolute path', `import '/…/secret.mjs'`, (at) => `import it from '${at}/secret.mjs'; console.log(it);`],
  ['import of a relative path', `import './secret.mjs'`, () => `import it from './secret.mjs'; console.log(it);`],
  ['import that climbs', `import './../…/secret.mjs'`, (at) => `import it from './../${basename(at)}/secret.mjs'; console.log(it);`],
  ['import of a file URL', `import 'file://…'`, (at) => `import it from 'file://${at}/secret.mjs'; console.log(it);`],
  ['import of JSON', `with { type: 'json' }`, (at) => `import it from '${at}/secret.json' with { type: 'json' }; console.log(it);`],
  ['import at run time', `await import('/…/secret.mjs')`, (at) => `console.log((await import('${at}/secret.mjs')).default);`],
  [
    'import of a path that is put together',
    'await import(a + b)',
    (at) => `const path = '${at}'; console.log((await import(path + '/secret.mjs')).default);`,
  ],
  [
    'import of a module of Node',
    `import 'node:fs'`,
    (at) => `import { readFileSync } from 'node:fs'; console.log(readFileSync('${at}/secret.txt', 'utf8'));`,
  ],
  ['require of a file', 'require(path)', (at) => `console.log(require('${at}/secret.json'));`, 'attack.cjs'],
  [
    'require of a module of Node',
    `require('fs')`,
    (at) => `console.log(require('fs').readFileSync('${at}/secret.txt', 'utf8'));`,
    'attack.cjs',
  ],
  [
    'require that is renamed',
    'const load = require',
    (at) => `const load = module.require.bind(module); console.log(load('${at}/secret.json'));`,
    'attack.cjs',
  ],
  [
    'a data URL that imports a file',
    `import 'data:text/javascript,…'`,
    (at) => `import it from 'data:text/javascript,export { default } from "file://${at}/secret.mjs"'; console.log(it);`,
  ],
  [
    'a path from import.meta',
    'new URL(…, import.meta.url)',
    () => `const it = await import(new URL('./secret.mjs', import.meta.url)); console.log(it.default);`,
  ],
  [
    'a source map that names a file',
    '//# sourceMappingURL=secret.map',
    () => `try { throw new Error('x'); } catch (error) { console.log(error.stack); }\n//# sourceMappingURL=secret.map`,
  ],
];

for (const [attack, tried, code, name = 'attack.mjs'] of ATTACKS) {
  attackTest({
    row: 41,
    attack: `read a file by ${attack}`,
    tried,
    refusedBy: 'the bundler, which knows no files',
    guarded: () => asFunction(code(folder)),
    control: { without: 'it: Node runs the file', attempt: () => asFile(code(folder), name) },
  });
}

/** A version of somebody else lies in the same sandbox; what it is called is no secret. */
const MINE = 'main';
const THEIRS = '0198aaaa-0000-7000-8000-000000000001';
const SOURCES_OF_THEIRS = [{ id: THEIRS, name: 'theirs', code: `export const secret = '${SECRET}'; console.log(secret);` }];

async function guess(specifier: string, isMine: boolean): Promise<AttackVerdict> {
  await box.run('', { domainId: 'other-otters', versionKey: 'theirs@1', functionId: THEIRS, sources: SOURCES_OF_THEIRS });
  const own = { id: MINE, name: null, code: `import * as it from '${specifier}'; console.log(Object.values(it).join());` };
  const sources = isMine ? [own, ...SOURCES_OF_THEIRS] : [own];
  const { logs, reason } = await box.run('', { versionKey: 'theirs@1', functionId: MINE, sources });
  return verdictOf([reason ?? '', ...logs.map(({ msg }) => msg)].join('\n'));
}

for (const [attack, specifier] of [
  ['its name', './theirs.js'],
  ['its id', `./${THEIRS}.js`],
  ['the namespace of the bundler', `function:${THEIRS}`],
] as const) {
  attackTest({
    row: 41,
    attack: `read a function of another tenant by ${attack}`,
    tried: `import '${specifier.replace(THEIRS, '<id>')}'`,
    refusedBy: 'sources of one version only',
    guarded: () => guess(specifier, false),
    control: { without: 'it: both in one version', attempt: () => guess('./theirs.js', true) },
  });
}
