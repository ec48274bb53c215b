import { LIMITS } from '@takaro/contracts/limits';
import { openSandboxForTests } from '@takaro/sandbox/testing';
import { type AttackVerdict, attackTest } from './attack.ts';
import { flooding, READY } from './exhaust.ts';
import type { HostUse } from './host.ts';

/**
 * What functions make their host bear, in ten times the figures for time, as everything runs here on one machine. Memory, processor time
 * and lateness are of this process, which reads what comes out of isolates as the runner does; they are looked at from the moment that a
 * function has what it is about to send, or else from the run's begin, to its result.
 */
const HELPERS = `import { takaro } from '@takaro/helpers'; const ask = takaro.settings.settingsControllerGetOne;`;
const PRODUCTION = {
  outputChars: LIMITS.isolateOutputBytes,
  messageChars: LIMITS.logMessageChars,
  argumentChars: LIMITS.httpBodyBytes,
  calls: LIMITS.hostCalls,
  callsAtOnce: LIMITS.hostCallsAtOnce,
  cpuMs: LIMITS.isolateCpuMs,
  memoryMb: LIMITS.isolateMemoryMb,
};
const ROOMY = { ...PRODUCTION, wallMs: 60_000, memoryMb: 2_048, cpuMs: 20_000, outputChars: 1e9, argumentChars: 1e9 };

/** Row 46: 100 ms, 64 MB. The time is the processor time of the whole run. */
const ERROR_MS = 1_000;
const GROWN_MB = 64;
/** Rows 39 and 40: 50 ms late, 20 ms of processor time. */
const LAG_MS = 500;
const CPU_MS = 200;

const grown = ({ host }: { readonly host: HostUse }): number => host.grownMb;
const sending = (make: string): string => `${HELPERS} const big = ${make}; await ask('${READY}'); await ask(big).catch(() => 0);`;
/** The text becomes the whole log of the run. */
const answering = (make: string): string => `${HELPERS} const text = ${make}; await ask('${READY}'); Array.prototype.join = () => text;`;
/** To find out that 100 MB do not fit in it twice the isolate takes as long as V8 tries to make room, within the limit on processor time. */
const AS_LONG_AS_IT_MAY = 2 * LIMITS.isolateCpuMs;
const LARGE: readonly [attack: string, code: string, refusedBy: string, runMs?: number][] = [
  ['sends 100 MB in one call', sending(`'x'.repeat(1e8)`), 'the limit on memory', AS_LONG_AS_IT_MAY],
  ['sends 20 MB in one call', sending(`'x'.repeat(2e7)`), 'the limit on arguments'],
  ['answers 100 MB', answering(`'{"msg":"' + 'x'.repeat(1e8) + '"}'`), 'a limit before what is said is copied'],
  [
    'answers with a million keys',
    answering(`'{"msg":"x","details":{' + Array.from({ length: 1e6 }, (_, at) => '"k' + at + '":1').join(',') + '}}'`),
    'the same',
  ],
];
for (const [attack, code, refusedBy, runMs = ERROR_MS] of LARGE) {
  attackTest(
    flooding({
      row: 46,
      attack: `a function ${attack}: resident memory of its host`,
      code,
      refusedBy,
      limits: PRODUCTION,
      unlimited: ROOMY,
      reached: grown,
      most: GROWN_MB,
      bears: { runMs, lagMs: LAG_MS },
    }),
  );
}

const nested = (open: string, close: string, levels: number): string => `'${open}'.repeat(${levels}) + '0' + '${close}'.repeat(${levels})`;
const DEEP: readonly [attack: string, code: string][] = [
  ['calls with an argument', `${HELPERS} let big = 0; for (let at = 0; at < 1e5; at += 1) big = [big]; await ask(big).catch(() => 0);`],
  ['calls by a text of its own', `${HELPERS} JSON.stringify = () => ${nested('[', ']', 1e5)}; await ask(['x']).catch(() => 0);`],
  ['has a line', `console.log('x'); Array.prototype.join = () => '{"msg":"x","details":' + ${nested('[', ']', 1e5)} + '}';`],
  ['has a short line', `console.log('x'); Array.prototype.join = () => '{"msg":"x","details":' + ${nested('[', ']', 4e4)} + '}';`],
  ['has a line of objects', `console.log('x'); Array.prototype.join = () => '{"msg":"x","details":' + ${nested('{"a":', '}', 2e4)} + '}';`],
  ['has a text', `console.log('x'); Array.prototype.join = () => '{"msg":' + ${nested('[', ']', 4e4)} + '}';`],
];
/** Whoever hands on what came out of an isolate writes it as JSON. */
const writing = (value: unknown): AttackVerdict => {
  try {
    return { harmed: false, seen: `${JSON.stringify(value).length} characters` };
  } catch (error) {
    return { harmed: true, seen: String(error) };
  }
};
for (const [attack, code] of DEEP) {
  attackTest({
    row: 46,
    attack: `a function ${attack} that is too deep for its host`,
    tried: code.slice(-80),
    refusedBy: 'a limit on levels, or on size',
    guarded: async () => {
      await using box = await openSandboxForTests({ limits: PRODUCTION });
      const { logs } = await box.run(code);
      return writing([logs, box.calls]);
    },
    control: {
      without: 'it: what is parsed is written again',
      attempt: async () => writing(JSON.parse('['.repeat(2e4) + ']'.repeat(2e4))),
    },
  });
}

attackTest(
  flooding({
    row: 39,
    attack: 'a function calls its host a million times',
    code: `${HELPERS} for (let at = 0; at < 1e6; at += 1) ask('a').catch(() => 0);`,
    refusedBy: 'the quota of calls',
    limits: PRODUCTION,
    unlimited: { ...PRODUCTION, calls: 1e9, callsAtOnce: 1e9 },
    reached: ({ calls }) => calls.length,
    most: PRODUCTION.calls,
    bears: { lagMs: LAG_MS },
  }),
);

attackTest(
  flooding({
    row: 40,
    attack: 'a function floods its log: processor time of its host',
    code: `const TEXT = '{"msg":"x","details":"' + 'z'.repeat(1e6) + '"}';
      Array.prototype.push = () => 0; Array.prototype.slice = () => ({ join: () => TEXT });
      for (let at = 0; at < 300; at += 1) console.log('x');`,
    refusedBy: 'a limit in the process for functions',
    limits: PRODUCTION,
    unlimited: ROOMY,
    reached: ({ host }) => host.cpuMs,
    most: CPU_MS,
    bears: { lagMs: LAG_MS },
  }),
);
attackTest(
  flooding({
    row: 40,
    attack: 'a function writes a hundred thousand lines: processor time of its host',
    code: `for (let at = 0; at < 1e5; at += 1) console.log('line ' + at, 'x'.repeat(100));`,
    refusedBy: 'a log kept in the isolate, and bounded',
    limits: PRODUCTION,
    unlimited: ROOMY,
    reached: ({ host }) => host.cpuMs,
    most: CPU_MS,
    bears: { lagMs: LAG_MS },
  }),
);
