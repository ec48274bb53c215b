import { expect, test } from 'vitest';
import { faultsIn, type History, isOfWipe, sumOf, tallyOf } from './history.ts';

const GOOD: History = {
  reported: ['event-a', 'event-b', 'event-c'],
  stored: ['event-a', 'event-b', 'event-c'],
  accepted: ['a', 'b'],
  said: [
    { mark: 'a', eventId: 'event-a' },
    { mark: 'b', eventId: 'event-b' },
  ],
  executions: [
    { id: 'run-a', causeId: 'event-a', state: 'succeeded' },
    { id: 'run-b', causeId: 'event-b', state: 'interrupted' },
  ],
  told: ['run-a', 'run-b'],
  effects: ['a'],
  messages: ['a'],
  requests: { tried: ['x', 'y'], answered: ['x'] },
  kept: ['x'],
  times: new Map([
    ['event-c', 50_000],
    ['a', 50_000],
  ]),
};

test('a history in which everything happened once has no faults, whether or not an interrupted run had its effect', () => {
  expect(faultsIn(GOOD)).toEqual([]);
  expect(faultsIn({ ...GOOD, effects: ['a', 'b'], messages: [] })).toEqual([]);
});

test('a request that nobody answered may be there or not', () => {
  expect(faultsIn({ ...GOOD, kept: ['x', 'y'] })).toEqual([]);
});

const LOST = { accepted: 4, final: 3, doubled: 0 };
const DOUBLED = { accepted: 4, final: 4, doubled: 1 };
const ELSE = { accepted: 4, final: 4, doubled: 0 };

test.each<[string, Partial<History>, string, object]>([
  ['an event lost', { stored: GOOD.stored.slice(0, 2) }, 'event event-c is stored 0 times', LOST],
  ['an event stored twice', { stored: [...GOOD.stored, 'event-c'] }, 'event event-c is stored 2 times', DOUBLED],
  ['an event stored again under another id', { stored: [...GOOD.stored, 'event-d'] }, 'event event-d was never reported', DOUBLED],
  ['a command lost', { said: GOOD.said.slice(1), stored: GOOD.stored.slice(1) }, 'a is stored 0 times', LOST],
  [
    'a command stored twice',
    { said: [...GOOD.said, { mark: 'a', eventId: 'event-d' }], stored: [...GOOD.stored, 'event-d'] },
    'a is stored 2 times',
    DOUBLED,
  ],
  ['an execution lost', { executions: GOOD.executions.slice(1) }, 'a has 0 executions', LOST],
  [
    'an execution doubled',
    { executions: [...GOOD.executions, { id: 'run-c', causeId: 'event-a', state: 'failed' }] },
    'a has 2 executions',
    DOUBLED,
  ],
  [
    'an execution that is not over',
    { executions: GOOD.executions.map((one) => (one.id === 'run-a' ? { ...one, state: 'running' } : one)), effects: [] },
    'a is running',
    LOST,
  ],
  ['an end that nobody was told', { told: ['run-b'] }, 'the end of a is told 0 times', LOST],
  ['an end told twice', { told: [...GOOD.told, 'run-a'] }, 'the end of a is told 2 times', DOUBLED],
  ['an effect doubled', { effects: ['a', 'a'] }, 'a was answered 2 times', DOUBLED],
  ['an effect of an interrupted run doubled', { effects: ['a', 'b', 'b'] }, 'b was answered 2 times', DOUBLED],
  ['an effect lost', { effects: [] }, 'a succeeded and was not answered', ELSE],
  ['an effect that nobody asked for', { effects: ['a', 'z'] }, 'z was never said', ELSE],
  ['a message of a function stored twice', { messages: ['a', 'a'] }, 'the answer to a is stored 2 times', DOUBLED],
  ['a request lost', { kept: [] }, 'x is there 0 times', LOST],
  ['a request done twice', { kept: ['x', 'x'] }, 'x is there 2 times', DOUBLED],
  ['what nobody wrote', { kept: ['x', 'z'] }, 'z was never written', ELSE],
])('%s is found and counted', (_, change, fault, tally) => {
  const history = { ...GOOD, ...change };

  expect(faultsIn(history)).toContain(fault);
  expect(tallyOf(history)).toMatchObject(tally);
});

test('the tallies of towns are added up', () => {
  expect(tallyOf(GOOD)).toEqual({ accepted: 4, final: 4, doubled: 0, interrupted: 1 });
  expect(sumOf([tallyOf(GOOD), tallyOf(GOOD)])).toEqual({ accepted: 8, final: 8, doubled: 0, interrupted: 2 });
});

const LOSSES = ['event event-c is stored 0 times', 'a is stored 0 times', 'a has 0 executions', 'the end of a is told 0 times'];

test.each(LOSSES)('of a wipe may be that %s, where it was accepted a moment before', (fault) => {
  const isOf = (...spans: [number, number][]): boolean =>
    isOfWipe(
      fault,
      GOOD,
      spans.map(([fromMs, toMs]) => ({ fromMs, toMs })),
    );

  expect(isOf([59_000, 60_000])).toBe(true);
  expect(isOf([10_000, 11_000], [49_000, 51_000])).toBe(true);
  expect(isOf([61_000, 62_000])).toBe(false);
  expect(isOf([48_000, 49_000])).toBe(false);
  expect(isOf()).toBe(false);
});

test.each([
  'x is there 0 times',
  'a is queued',
  'a was answered 2 times',
  'event event-c is stored 2 times',
  'a succeeded and was not answered',
])('of no wipe is that %s', (fault) => {
  expect(isOfWipe(fault, GOOD, [{ fromMs: 0, toMs: 100_000 }])).toBe(false);
});
