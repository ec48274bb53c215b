import { openSandboxForTests, type SandboxForTests } from '@takaro/sandbox/testing';
import { afterAll, beforeAll } from 'vitest';
import { type AttackVerdict, attackTest } from './attack.ts';
import { shared } from './doubles.ts';

let box: SandboxForTests;
beforeAll(async () => {
  box = await openSandboxForTests();
});
afterAll(async () => box[Symbol.asyncDispose]());

const CANARY = 'the canary of the first run';

/** What a run leaves, and how the next one looks for it. Code runs as it stands, so that both runs share the isolate. */
const PLACES: readonly [place: string, leave: string, look: string][] = [
  ['a global', `globalThis.left = CANARY`, 'globalThis.left'],
  ['a variable that nobody declared', `Function('left = "' + CANARY + '"')()`, `globalThis['left']`],
  ['the prototype of objects', 'Object.prototype.left = CANARY', '({}).left'],
  ['the prototype of arrays', 'Array.prototype.left = CANARY', '[].left'],
  ['the prototype of functions', 'Function.prototype.left = CANARY', '(() => 0).left'],
  ['the prototype of promises', 'Promise.prototype.left = CANARY', 'Promise.resolve().left'],
  ['a method of a built-in object', 'JSON.stringify = () => CANARY', 'JSON.stringify({})'],
  ['the text of errors', 'Error.prepareStackTrace = () => CANARY', 'new Error().stack'],
  ['console', 'console.left = CANARY', 'globalThis.console.left'],
  ['the client', 'takaro.left = CANARY', 'takaro.left'],
  ['a method of the client', 'takaro.settings.left = CANARY', 'takaro.settings.left'],
  ['data', 'data.left = CANARY', 'data.left'],
  ['a symbol of the registry', `globalThis[Symbol.for('left')] = CANARY`, `globalThis[Symbol.for('left')]`],
  ['the last match of a pattern', '/(.+)/.exec(CANARY)', 'RegExp.$1'],
  ['a getter of the global object', `Object.defineProperty(globalThis, 'left', { get: () => CANARY })`, 'globalThis.left'],
  ['the iterator of arrays', 'Array.prototype[Symbol.iterator] = function* () { yield CANARY; }', '(([one]) => one)([1])'],
];

const codeOf = (does: string): string => `import { takaro, data } from '@takaro/helpers';
  const CANARY = ${JSON.stringify(CANARY)}; ${does}`;

const verdictOf = (lines: readonly string[]): AttackVerdict => {
  const seen = lines.at(-1) ?? 'nothing was said';
  return { harmed: seen.includes(CANARY), seen };
};

for (const [place, leave, look] of PLACES) {
  const both = [
    codeOf(`${leave};`),
    codeOf(`try { console.log('found ' + String(${look})); } catch (error) { console.log(error.message); }`),
  ] as const;
  const runBoth = async (reader: string): Promise<AttackVerdict> => {
    // One version with both, so that they share an isolate where their domain is the same.
    const sources = both.map((code, at) => ({ id: String(at), name: null, code }));
    await box.run('', { versionKey: place, sources, functionId: '0' });
    const { logs } = await box.run('', { versionKey: place, sources, functionId: '1', domainId: reader });
    return verdictOf(logs.map(({ msg }) => msg));
  };
  const control = {
    without: 'it: one context for both',
    attempt: async (): Promise<AttackVerdict> => {
      const run = shared();
      await run(both[0]);
      return verdictOf(await run(both[1]));
    },
  };
  attackTest({
    row: 41,
    attack: `state is left in ${place} for the next run`,
    tried: leave.replace('CANARY', 'canary'),
    refusedBy: 'a context for each run',
    guarded: () => runBoth('quiet-otters'),
    control,
  });
  attackTest({
    row: 42,
    attack: `state is left in ${place} for another tenant`,
    tried: leave.replace('CANARY', 'canary'),
    // The control takes both away. That the isolate is another one is a test of the sandbox, for no code in it can tell.
    refusedBy: 'an isolate for each tenant, a context for each run',
    guarded: () => runBoth('other-otters'),
    control,
  });
}
