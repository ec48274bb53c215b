import { LIMITS } from '@takaro/contracts/limits';
import { attackTest } from './attack.ts';
import { burning, flooding, hoarding, waiting } from './exhaust.ts';

const HELPERS = `import { takaro } from '@takaro/helpers'; const ask = takaro.settings.settingsControllerGetOne;`;
/** (module (func (export "run") (loop (br 0)))) */
const WASM = '0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,7,1,3,114,117,110,0,0,10,9,1,7,0,3,64,12,0,11,11';
const BURNING: readonly [attack: string, code: string, row?: number][] = [
  ['microtasks without end', 'for (;;) await null;'],
  ['promises that chain for ever', 'const next = () => Promise.resolve().then(next); await next();'],
  ['a catastrophic pattern', `/^(a+)+$/.test('a'.repeat(40) + '!');`],
  ['a sort that never ends', 'const all = [3, 2, 1]; all.sort(() => { for (;;); });'],
  ['a replace that never ends', `'a'.replace(/a/, () => { for (;;); });`],
  ['a getter that never ends', 'JSON.stringify({ get a() { for (;;); } });'],
  ['toJSON of a log line that never ends', `console.log('x', { toJSON() { for (;;); } });`],
  ['a proxy that never ends', 'new Proxy({}, { get: () => { for (;;); } }).a;'],
  ['an iterator that never ends', 'for (const one of { *[Symbol.iterator]() { for (;;) yield 1; } }) one;'],
  ['an async iterator that never ends', 'for await (const one of (async function* () { for (;;) yield 1; })()) one;'],
  ['a loop that catches its end', 'for (;;) { try { for (;;); } catch {} finally { continue; } }'],
  ['code made at run time that never ends', `new Function('for (;;);')();`],
  ['a thrown value that never ends', `throw { get message() { for (;;); } };`],
  ['a loop in WebAssembly', `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${WASM}]))).exports.run();`],
  ['a number that V8 does not interrupt', 'globalThis.x = ((1n << (1n << 26n)) - 1n).toString();', 37],
  ['a synchronous flood of log lines', `for (;;) console.log('x');`, 37],
];
for (const [attack, code, row = 36] of BURNING) attackTest(burning(row, attack, code));

attackTest(waiting(36, 'sleep without end', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'));
attackTest(waiting(36, 'sleep in pieces', 'for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);'));
attackTest(
  waiting(37, 'an asynchronous wait without end', 'await Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0).value;'),
);

const HOARDING: readonly [attack: string, code: string][] = [
  ['memory by a map', 'const m = new Map(); for (let i = 0; ; i += 1) m.set(i, { i });'],
  ['memory by one huge array', 'globalThis.x = new Array(2 ** 32 - 1).fill(0);'],
  ['memory by a split', `globalThis.x = []; for (;;) x.push('a'.repeat(2 ** 27).split(''));`],
  ['memory by texts', `const all = []; for (let i = 0; ; i += 1) all.push((i + 'abc').repeat(1e6).split(''));`],
  ['memory by JSON', `const all = []; for (;;) all.push(JSON.parse('[' + '1,'.repeat(2e7) + '1]'));`],
  ['memory by buffers', 'const all = []; for (;;) { try { all.push(new Uint8Array(1e7).fill(1)); } catch {} }'],
  [
    'memory by shared buffers',
    'const all = []; for (;;) { try { all.push(new Uint8Array(new SharedArrayBuffer(1e7)).fill(1)); } catch {} }',
  ],
  ['memory by formats', `const all = []; for (;;) all.push(new Intl.DateTimeFormat('de', { timeZone: 'Asia/Tokyo' }));`],
  ['memory by promises', 'const all = []; for (;;) all.push(new Promise(() => {}).then(() => new Array(100)));'],
  ['memory by keys', 'const o = {}; for (let i = 0; ; i += 1) o["key" + i] = { i };'],
  [
    'memory by spreading',
    'let all = [1, 2, 3, 4]; for (;;) { const next = [...all, ...all]; globalThis.keep = [globalThis.keep, next]; all = next; }',
  ],
  [
    'memory by WebAssembly',
    'const all = []; for (;;) { try { all.push(new WebAssembly.Memory({ initial: 160 })); new Uint8Array(all.at(-1).buffer).fill(1); } catch {} }',
  ],
];
for (const [attack, code] of HOARDING) attackTest(hoarding(attack, code));

/** As the runner has them. A loop is to end by its processor time, however much else the machine does. */
const PRODUCTION = {
  outputChars: LIMITS.isolateOutputBytes,
  messageChars: LIMITS.logMessageChars,
  argumentChars: LIMITS.httpBodyBytes,
  cpuMs: LIMITS.isolateCpuMs,
};
const lengthOfLogs = ({ logs }: { readonly logs: readonly unknown[] }): number => JSON.stringify(logs).length;
attackTest(
  flooding({
    row: 40,
    attack: 'a log line of 10 MB',
    code: `console.log('x'.repeat(1e7), 'y'.repeat(1e7));`,
    refusedBy: 'the limits on lines',
    limits: {},
    unlimited: { outputChars: 100_000_000, messageChars: 100_000_000 },
    reached: lengthOfLogs,
    most: 65_536,
  }),
);
attackTest(
  flooding({
    row: 40,
    attack: 'toJSON that grows',
    code: `for (let at = 0; at < 100; at += 1) console.log('x', { toJSON: () => 'z'.repeat(1e5) });`,
    refusedBy: 'the limit on what is said',
    limits: {},
    unlimited: { outputChars: 100_000_000 },
    reached: lengthOfLogs,
    most: 65_536,
  }),
);
/** Writes lines without the list of `Log`, so that nothing is counted, and each write is told at once. `TEXT` is then all that is told. */
const MISMEASURED = `Array.prototype.push = () => 0; Array.prototype.slice = () => ({ join: () => TEXT });`;
const MISMEASURING: readonly [attack: string, code: string][] = [
  ['its text', `const TEXT = '{"msg":"' + 'z'.repeat(1e6) + '"}'; console.log('x'); Array.prototype.join = () => TEXT;`],
  ['its details', `const TEXT = '{"msg":"x","details":"' + 'z'.repeat(1e6) + '"}'; console.log('x'); Array.prototype.join = () => TEXT;`],
  // Not so much that its process ends it for that.
  ['few details', `const TEXT = '{"msg":"x","details":"' + 'z'.repeat(1e5) + '"}'; console.log('x'); Array.prototype.join = () => TEXT;`],
  [
    'many lines, and it never ends',
    `const TEXT = '{"msg":"x","details":"' + 'z'.repeat(3e4) + '"}'; ${MISMEASURED} for (let at = 0; at < 100; at += 1) console.log('x'); for (;;);`,
  ],
  [
    'few lines, and it never ends',
    `const TEXT = '{"msg":"x","details":"' + 'z'.repeat(3e4) + '"}'; ${MISMEASURED} for (let at = 0; at < 4; at += 1) console.log('x'); for (;;);`,
  ],
];
for (const [attack, code] of MISMEASURING) {
  attackTest(
    flooding({
      row: 40,
      attack: `a function changes what its output is measured with: ${attack}`,
      code,
      refusedBy: 'the same limit outside of the isolate',
      limits: PRODUCTION,
      unlimited: { ...PRODUCTION, outputChars: 100_000_000, messageChars: 100_000_000 },
      reached: lengthOfLogs,
      most: PRODUCTION.outputChars,
    }),
  );
}
attackTest(
  flooding({
    row: 46,
    attack: 'a call with a million keys',
    code: `${HELPERS} const o = {}; for (let i = 0; i < 1e6; i += 1) o['k' + i] = 1; await ask(o).catch(() => 0);`,
    refusedBy: 'the limit on arguments',
    limits: {},
    unlimited: { argumentChars: 100_000_000 },
    reached: ({ calls }) => JSON.stringify(calls).length,
    most: 1_048_576,
  }),
);
attackTest(
  flooding({
    row: 46,
    attack: 'an answer that is too large is brought in',
    code: `${HELPERS} const got = await ask('a').catch(() => ({ data: { data: '' } })); console.log('got', got.data.data.length > 1e6 ? 'z'.repeat(900).split('') : 0);`,
    answerChars: 2_000_000,
    refusedBy: 'the limit on answers',
    limits: { replyChars: 1_000_000 },
    unlimited: { replyChars: 100_000_000 },
    reached: lengthOfLogs,
    most: 1_500,
  }),
);
