import { Worker } from 'node:worker_threads';
import { LIMITS } from '@takaro/contracts/limits';
import { createPatternMatcher, type PatternMatcher } from '@takaro/modules/pattern-matcher';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { type AttackVerdict, attackTest } from './attack.ts';

/** A pattern of a hook is matched against what players say. */
const TEXT = `${'a'.repeat(5_000)}!`;
/** Ten times the figure of 15 ms, which is for one that is matched in linear time on an idle machine: other events wait meanwhile. */
const HELD_MS = 150;
/** Whatever else the machine does. */
const MOST_MS = 1_000;
const PATTERNS = [
  '^(a+)+$',
  '^(a|a)*$',
  '^(a|aa)+$',
  '^(.*)*x$',
  '(x+x+)+y|^(a+a+)+y',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '^([a-zA-Z]+)*\\d$',
  '^(\\w*)*\\s$',
  '^(a+)+\\1b$',
  '(?=^(a+)+b)a',
  '^(?:(?:a*)*)*b(?<!c)$',
];

let patterns: PatternMatcher;
beforeAll(async () => {
  patterns = createPatternMatcher({ limitMs: LIMITS.regexMs, log: pino({ level: 'silent' }) });
  // The thread for what cannot be matched in linear time starts with the first such pattern.
  await patterns.matches('(?=a)a', 'a');
});
afterAll(async () => patterns[Symbol.asyncDispose]());

/** How long it takes; a text that says so once it takes too long. */
const verdictOf = (ms: number): AttackVerdict => ({ harmed: ms > HELD_MS, seen: ms > HELD_MS ? 'still at it' : `${Math.round(ms)} ms` });

/** What else the machine does makes some tries late: the quickest of them tells what a match takes. */
const TRIES = 5;

async function match(pattern: string): Promise<AttackVerdict> {
  const times: number[] = [];
  for (let left = TRIES; left > 0; left -= 1) {
    const from = performance.now();
    await patterns.matches(pattern, TEXT);
    times.push(performance.now() - from);
  }
  const worst = Math.max(...times);
  return verdictOf(worst > MOST_MS ? worst : Math.min(...times));
}

async function matchPlainly(pattern: string): Promise<AttackVerdict> {
  const code = `const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage(new RegExp(workerData.pattern).test(workerData.text));`;
  const worker = new Worker(code, { eval: true, workerData: { pattern, text: TEXT } });
  const from = performance.now();
  try {
    await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      setTimeout(resolve, HELD_MS + 100);
    });
    return verdictOf(performance.now() - from);
  } finally {
    await worker.terminate();
  }
}

for (const pattern of PATTERNS) {
  attackTest({
    row: 55,
    attack: `a hook with the pattern ${pattern}`,
    tried: 'a text of 5,000 characters',
    refusedBy: 'an engine in linear time, or a limit of time',
    guarded: () => match(pattern),
    control: { without: 'them: RegExp', attempt: () => matchPlainly(pattern) },
  });
}
