import { openSandboxForTests, type SandboxForTests } from '@takaro/sandbox/testing';
import { afterAll, beforeAll } from 'vitest';
import { type AttackVerdict, attackTest } from './attack.ts';
import { byReference, type Double, inTheProcess } from './doubles.ts';

let box: SandboxForTests;
beforeAll(async () => {
  box = await openSandboxForTests({ limits: { cpuMs: 2_000 } }, async ({ params }) =>
    params['key'] === 'fail'
      ? { status: 500, body: { meta: { error: { message: 'the host failed' } } } }
      : { status: 200, body: { asked: params } },
  );
});
afterAll(async () => box[Symbol.asyncDispose]());

/** `reach` answers what it got hold of. With the process of the host it tells the version that Node has there. */
const codeOf = (reach: string): string => `import { takaro, data } from '@takaro/helpers';
  const ask = takaro.settings.settingsControllerGetOne;
  const viaFunction = (value) => value.constructor.constructor('return process')();
  const reach = async () => { ${reach} };
  let found; let failure = 'nothing found';
  try { found = await reach(); } catch (error) { failure = String(error && error.message); }
  console.log(found && typeof found.version === 'string' ? 'reached Node ' + found.version : failure);`;

const verdictOf = (lines: readonly string[]): AttackVerdict => {
  const seen = lines.at(-1) ?? 'nothing was said';
  return { harmed: seen.startsWith('reached'), seen };
};

interface Escape {
  readonly attack: string;
  readonly tried: string;
  readonly reach: string;
}

function escapes({ double, without }: { double: Double; without: string }, all: readonly Escape[]): void {
  for (const { attack, tried, reach } of all) {
    attackTest({
      row: 41,
      attack,
      tried,
      refusedBy: 'a heap of its own, JSON at its border',
      guarded: async () => {
        const { logs } = await box.run(codeOf(reach), { versionKey: attack });
        return verdictOf(logs.map(({ msg }) => msg));
      },
      control: { without, attempt: async () => verdictOf(await double(codeOf(reach))) },
    });
  }
}

const COLLECT = `const seen = []; const keep = (...all) => { for (const one of all) if (Object(one) === one) seen.push(one); };
  const first = (list) => { for (const one of list) { try { const got = viaFunction(one); if (got && got.version) return got; } catch {} } };`;
const CALL_SITES = `Error.prepareStackTrace = (_, sites) => sites.flatMap((site) => [site.getFunction(), site.getThis()]).filter((one) => one);`;

/** By what the host hands in. */
escapes({ double: byReference, without: 'it: the host by reference' }, [
  { attack: 'escape by the global object', tried: 'globalThis.constructor.constructor', reach: 'return viaFunction(globalThis);' },
  { attack: 'escape by console', tried: 'console.log.constructor', reach: 'return viaFunction(console.log);' },
  { attack: 'escape by the client', tried: 'takaro.<group>.constructor', reach: 'return viaFunction(takaro.settings);' },
  { attack: 'escape by a method of the client', tried: 'method.constructor', reach: `return ask.constructor('return process')();` },
  { attack: 'escape by data', tried: 'data.constructor.constructor', reach: 'return viaFunction(data);' },
  { attack: 'escape by a prototype', tried: 'Object.getPrototypeOf(data)', reach: 'return viaFunction(Object.getPrototypeOf(data));' },
  { attack: 'escape by __proto__', tried: 'data.__proto__', reach: 'return viaFunction(data.__proto__);' },
  { attack: 'escape by the promise of a call', tried: 'promise.constructor', reach: `return viaFunction(ask('a'));` },
  {
    attack: 'escape by then of a promise',
    tried: 'promise.then.constructor',
    reach: `return ask('a').then.constructor('return process')();`,
  },
  { attack: 'escape by the answer of a call', tried: '(await call).constructor', reach: `return viaFunction(await ask('a'));` },
  {
    attack: 'escape by what a call throws',
    tried: 'error.constructor.constructor',
    reach: `try { await ask('fail'); } catch (error) { return viaFunction(error); }`,
  },
  {
    attack: 'escape by a thenable argument',
    tried: '{ then(resolve) }',
    reach: `${COLLECT} await ask({ then(...all) { keep(...all); all[0](1); } }).catch(() => 0); return first(seen);`,
  },
  {
    attack: 'escape by toJSON of an argument',
    tried: '{ toJSON(given) }',
    reach: `${COLLECT} await ask({ toJSON(...all) { keep(...all); return 'x'; } }); return first(seen);`,
  },
  {
    attack: 'escape by a setter of an argument',
    tried: '{ set result(value) }',
    reach: `${COLLECT} await ask({ set result(value) { keep(value); } }); return first(seen);`,
  },
  {
    attack: 'escape by a proxy as argument',
    tried: 'every trap',
    reach: `${COLLECT}
      const traps = new Proxy({}, { get: (_, name) => (...all) => { keep(...all); return Reflect[name](...all); } });
      await ask(new Proxy({}, traps)).catch(() => 0); return first(seen);`,
  },
  {
    attack: 'escape by a method of an array argument',
    tried: 'map of its own',
    reach: `${COLLECT} const list = [1]; list.map = keep; await ask(list); return first(seen);`,
  },
  {
    attack: 'escape by Symbol.species',
    tried: 'an array class of its own',
    reach: `${COLLECT}
      class Spy extends Array { static get [Symbol.species]() { return function () {
        return new Proxy([], { defineProperty: (target, name, how) => { keep(how.value); return Reflect.defineProperty(target, name, how); } });
      }; } }
      await ask(Spy.from([1])); return first(seen);`,
  },
  {
    attack: 'escape by a getter and its call sites',
    tried: 'Error.prepareStackTrace in a getter',
    reach: `${COLLECT} ${CALL_SITES} await ask({ get name() { keep(...new Error('x').stack); return 'x'; } }); return first(seen);`,
  },
  {
    attack: 'escape by toString and its call sites',
    tried: 'Error.prepareStackTrace in console.log',
    reach: `${COLLECT} ${CALL_SITES} console.log({ toString() { keep(...new Error('x').stack); return 'x'; } }); return first(seen);`,
  },
  {
    attack: 'escape by the caller of a function',
    tried: 'arguments.callee.caller',
    reach: `${COLLECT}
      const spy = new Function('keep', 'return function () { keep(arguments.callee.caller); return "x"; }')(keep);
      console.log({ toString: spy }); return first(seen);`,
  },
  {
    attack: 'escape by what a refused import throws',
    tried: `import('nothing').catch`,
    reach: `try { await import('nothing:at-all'); } catch (error) { return viaFunction(error); }`,
  },
  {
    attack: 'escape by what the host left on the global object',
    tried: '__post, __answer and the like',
    reach: `for (const name of Reflect.ownKeys(globalThis)) {
      if (typeof name === 'string' && name.startsWith('__')) { const got = viaFunction(globalThis[name]); if (got) return got; }
    }`,
  },
]);

/** By code that is made at run time. */
escapes({ double: inTheProcess, without: 'it: the globals of the process' }, [
  { attack: 'escape by Function', tried: `new Function('return process')`, reach: `return new Function('return process')();` },
  { attack: 'escape by eval', tried: '(0, eval)', reach: `return (0, eval)('process');` },
  {
    attack: 'escape by the constructor of generators',
    tried: '(function*(){}).constructor',
    reach: `return (function* () {}).constructor('yield process')().next().value;`,
  },
  {
    attack: 'escape by the constructor of async functions',
    tried: '(async () => {}).constructor',
    reach: `return (async () => {}).constructor('return process')();`,
  },
  {
    attack: 'escape by a global of Node',
    tried: 'process, global, require, module',
    reach: 'return globalThis.process ?? globalThis.global;',
  },
  {
    attack: 'escape by import of a module of Node',
    tried: `import('node:process')`,
    reach: `return (await import('node:process')).default;`,
  },
  {
    attack: 'escape by import of a data URL',
    tried: `import('data:…')`,
    reach: `return (await import('data:text/javascript,export default process')).default;`,
  },
  {
    attack: 'escape by an undocumented module',
    tried: 'process.getBuiltinModule',
    reach: `return globalThis.process.getBuiltinModule('process');`,
  },
]);
