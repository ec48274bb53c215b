import { expect, test } from 'vitest';
import { faultsIn, type History } from './history.ts';

const GOOD: History = {
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
};

test('a history in which everything happened once has no faults, whether or not an interrupted run had its effect', () => {
  expect(faultsIn(GOOD)).toEqual([]);
  expect(faultsIn({ ...GOOD, effects: ['a', 'b'] })).toEqual([]);
});

test.each<[string, Partial<History>, string]>([
  ['an event lost', { said: GOOD.said.slice(1) }, 'a is stored 0 times'],
  ['an event stored twice', { said: [...GOOD.said, { mark: 'a', eventId: 'event-c' }] }, 'a is stored 2 times'],
  ['an execution lost', { executions: GOOD.executions.slice(1) }, 'a has 0 executions'],
  [
    'an execution doubled',
    { executions: [...GOOD.executions, { id: 'run-c', causeId: 'event-a', state: 'failed' }] },
    'a has 2 executions',
  ],
  [
    'an execution that is not over',
    { executions: GOOD.executions.map((one) => ({ ...one, state: 'running' })), effects: [] },
    'a is running',
  ],
  ['an end that nobody was told', { told: ['run-b'] }, 'the end of a is told 0 times'],
  ['an end told twice', { told: [...GOOD.told, 'run-a'] }, 'the end of a is told 2 times'],
  ['an effect doubled', { effects: ['a', 'a'] }, 'a was answered 2 times'],
  ['an effect of an interrupted run doubled', { effects: ['a', 'b', 'b'] }, 'b was answered 2 times'],
  ['an effect lost', { effects: [] }, 'a succeeded and was not answered'],
  ['an effect that nobody asked for', { effects: ['a', 'z'] }, 'z was never said'],
])('%s is found', (_, change, fault) => {
  expect(faultsIn({ ...GOOD, ...change })).toContain(fault);
});
