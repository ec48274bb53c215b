import { searchEvents } from '@takaro/contracts/events/rest';
import { LIMITS } from '@takaro/contracts/limits';
import { type ExecutionWithLogs, getExecution, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { type Community, openCommunity } from '@takaro/testing/community';
import { startSystem, type System } from '@takaro/testing/system';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ModuleAuthor, writeModule } from '../system/author.ts';

const PATIENT = { timeout: 60_000, interval: 100 };
/** Ten times the figure, as everything runs here on one machine. */
const LATER_MS = 500;
/** During a hostile run, and as many again after it. */
const SAMPLES = 10;
const BEGUN = `console.log('begun');`;

/** What hostile functions do, and the reason that their executions then give. */
const HOSTILE = {
  loop: { code: `${BEGUN} for (;;);`, reason: /^cpu limit/ },
  later: { code: `${BEGUN} await null; for (;;);`, reason: /^cpu limit/ },
  never: { code: `${BEGUN} await new Promise(() => {});`, reason: /^wall clock/ },
  arrays: { code: `${BEGUN} const all = []; for (;;) all.push(new Array(3e7).fill(0));`, reason: /^memory limit/ },
  // V8 fills an array of this length entry by entry for up to 3 s before it takes the 400 MB: the limit that is reached first ends it.
  'slow-arrays': {
    code: `${BEGUN} const all = []; for (;;) all.push(new Array(5e7).fill(0));`,
    reason: /^(memory|cpu) limit/,
  },
  split: { code: `${BEGUN} globalThis.x = 'a'.repeat(2 ** 27).split('');`, reason: /^memory limit/ },
} as const;

const sampled = (name: string): string => `${name}-sampled`;
/**
 * Once a tenant burned, its process has a quarter of the time and of that what others leave. Beside many samples the processor time that
 * a run may have lasts for longer than the wall clock gives it, so there any limit may be the first.
 */
const LIMIT = /^(cpu limit|memory limit|wall clock)/;

let system: System;
let wild: Community;
let calm: Community;
let author: ModuleAuthor;
let asked = 0;
let usualMs: number;

beforeAll(async () => {
  system = await startSystem();
  [wild, calm] = await Promise.all([openCommunity(system, 'wild', ['Wanda']), openCommunity(system, 'calm', ['Carl'])]);
  author = await writeModule(wild, 'hostile');
  for (const [name, { code }] of Object.entries(HOSTILE))
    for (const trigger of [name, sampled(name)]) await author.command(trigger, [code]);
  await author.install();
  const peaceful = await writeModule(calm, 'peaceful');
  await peaceful.command(
    'ping',
    [`import { data } from '@takaro/helpers'; await data.player.pm('pong ' + data.arguments.mark);`],
    ['mark'],
  );
  await peaceful.install();
  await askCalmly();
  usualMs = Math.max(...(await sample()));
}, 240_000);

afterAll(async () => {
  await wild?.[Symbol.asyncDispose]();
  await calm?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** How long the other tenant's player waits for an answer in the game. */
async function askCalmly(): Promise<number> {
  const from = performance.now();
  asked += 1;
  calm.game.say('Carl', `/ping ${asked}`);
  await calm.game.waitForMessage('Carl', new RegExp(`pong ${asked}$`), { timeoutMs: 60_000 });
  return performance.now() - from;
}

async function sample(): Promise<number[]> {
  const times: number[] = [];
  for (let left = SAMPLES; left > 0; left -= 1) times.push(await askCalmly());
  return times;
}

async function executionOf(
  name: string,
  states: readonly ('running' | 'succeeded' | 'failed' | 'interrupted')[],
): Promise<ExecutionWithLogs> {
  const { rows } = await wild.root.call(searchExecutions, { search: { componentName: [name] }, filters: { state: [...states] } });
  expect(rows).toHaveLength(1);
  return wild.root.call(getExecution, { id: rows[0]?.id ?? '' });
}

/** Runs a hostile function, and asks beside it and after it. */
async function runBeside<T>(name: string, ask: () => Promise<T>): Promise<{ execution: ExecutionWithLogs; asked: readonly T[] }> {
  wild.game.say('Wanda', `/${name}`);
  await vi.waitFor(() => executionOf(name, ['running', 'succeeded', 'failed', 'interrupted']), PATIENT);
  const meanwhile = await ask();
  const execution = await vi.waitFor(() => executionOf(name, ['succeeded', 'failed', 'interrupted']), PATIENT);
  return { execution, asked: [meanwhile, await ask()] };
}

test.for(Object.entries(HOSTILE))('%s ends with its reason, which is told', { timeout: 120_000 }, async ([name, { reason }]) => {
  const { execution, asked: times } = await runBeside(name, askCalmly);

  expect(execution).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason), logs: [{ msg: 'begun' }] });
  // Less than what the hostile run may take: who waited for its end would be later. A busy machine makes everything slower.
  expect(Math.max(...times)).toBeLessThan(Math.max(10 * usualMs, LIMITS.isolateCpuMs));
  const told = { filters: { eventName: ['command-executed' as const], moduleId: [author.module.id] } };
  await vi.waitFor(async () => {
    const { rows } = await wild.root.call(searchEvents, told);
    const mine = rows.filter(({ meta }) => Reflect.get(Object(meta?.['execution']), 'id') === execution.id);
    expect(mine).toMatchObject([{ meta: { result: { success: false, reason: execution.reason } } }]);
  }, PATIENT);
});

test.for(Object.keys(HOSTILE))('%s keeps no other tenant waiting', { timeout: 120_000 }, async (name) => {
  const { execution, asked: times } = await runBeside(sampled(name), sample);

  // The worst of them: who waited for the end of the hostile run would be later by as much as that may take.
  expect(Math.max(...times.flat())).toBeLessThan(usualMs + LATER_MS);
  expect(execution).toMatchObject({ state: 'failed', reason: expect.stringMatching(LIMIT), logs: [{ msg: 'begun' }] });
});

test('the hostile tenant itself goes on as soon as its functions are as they should be', { timeout: 60_000 }, async () => {
  const mended = await writeModule(wild, 'mended');
  await mended.command('mended', [`import { data } from '@takaro/helpers'; await data.player.pm('well again');`]);
  await mended.install();
  wild.game.say('Wanda', '/mended');

  await wild.game.waitForMessage('Wanda', /well again$/, { timeoutMs: 30_000 });
  const others = await calm.root.call(searchExecutions, { filters: { state: ['failed', 'interrupted', 'refused'] } });
  expect(others.total).toBe(0);
});
