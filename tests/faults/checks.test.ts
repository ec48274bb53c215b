import { deriveId } from '@takaro/contracts/ids';
import { describe, expect, test } from 'vitest';
import { complaintOfAcceptance, complaintOfReadiness, complaintOfWait } from './latency.ts';
import { complaintsOfGrowth, mostOf } from './memory.ts';
import { isGood } from './report.ts';
import { complaintOfStops, complaintsOfLost } from './rows/crashes.ts';
import { complaintsOfStatus } from './rows/servers.ts';
import { complaintsOfRepeats, complaintsOfSlots, type Tick } from './rows/time.ts';
import { complaintsOfFailures } from './rows/upgrades.ts';

// What the rows look at besides the history: each finds what it is for.

describe('slots of cron jobs', () => {
  const [installationId, componentId] = ['installation', 'job'];
  const tickAt = (second: number, lateMs = 100): Tick => {
    const slot = Date.UTC(2026, 0, 1, 0, 0, second);
    const causeId = deriveId('slot', installationId, componentId, new Date(slot).toISOString());
    return { installationId, componentId, causeId, createdAt: new Date(slot + lateMs).toISOString() };
  };

  test.each<[string, readonly Tick[], readonly string[]]>([
    ['each once', [tickAt(0), tickAt(20), tickAt(40)], []],
    ['one left out', [tickAt(0), tickAt(40)], ['the slot 2026-01-01T00:00:20.000Z was fired 0 times']],
    ['one twice', [tickAt(0), tickAt(20), tickAt(20)], ['the slot 2026-01-01T00:00:20.000Z was fired 2 times']],
    ['one late', [tickAt(0, 50_001), tickAt(20), tickAt(40), tickAt(-20)], ['the slot 2026-01-01T00:00:00.000Z was fired 50001 ms late']],
    ['none', [], ['no slot was fired at all']],
  ])('%s', (_, ticks, complaints) => {
    expect(complaintsOfSlots(ticks)).toEqual(complaints);
  });

  test('that run again when clocks jump are found, and that none ran', () => {
    expect(complaintsOfRepeats([tickAt(0), tickAt(20)])).toEqual([]);
    expect(complaintsOfRepeats([tickAt(0), tickAt(20), tickAt(0)])).toEqual([`the slot ${tickAt(0).causeId} ran twice`]);
    expect(complaintsOfRepeats([])).toEqual(['no slot was fired at all']);
  });
});

describe('executions of a runner that was killed', () => {
  const again = { componentName: 'before', state: 'succeeded', attempt: 2 } as const;
  const interrupted = { componentName: 'after', state: 'interrupted', attempt: 1 } as const;

  test.each<[string, Parameters<typeof complaintsOfLost>[0], readonly string[]]>([
    ['as promised', [again, interrupted], []],
    ['none put back', [{ ...again, attempt: 1 }, interrupted], ['nothing that had no effect was run again']],
    ['one with an effect done again', [again, { ...interrupted, state: 'succeeded' }], ['nothing that had an effect was interrupted']],
    ['put back twice', [again, interrupted, { ...again, attempt: 3 }], ['1 executions were put back more than once']],
  ])('%s', (_, executions, complaints) => {
    expect(complaintsOfLost(executions)).toEqual(complaints);
  });
});

test('executions that a stop interrupted are counted', () => {
  expect(complaintOfStops([{ state: 'succeeded' }, { state: 'failed' }])).toEqual([]);
  expect(complaintOfStops([{ state: 'succeeded' }, { state: 'interrupted' }])).toEqual([
    '1 executions were interrupted by stops that should wait for them',
  ]);
});

test('executions that failed beside a later version are told', () => {
  expect(complaintsOfFailures([{ componentName: 'mark', state: 'succeeded', reason: null }])).toEqual([]);
  expect(complaintsOfFailures([{ componentName: 'mark', state: 'failed', reason: 'no such field' }])).toEqual([
    'mark failed: no such field',
  ]);
});

test('the gateway has to say what is wanted, soon', () => {
  const asked = { who: 'a root', status: 503, tookMs: 10_000 };
  expect(complaintsOfStatus([asked], 503)).toEqual([]);
  expect(complaintsOfStatus([{ ...asked, status: 401 }], 503)).toEqual(['the gateway answered a root 401 in place of 503']);
  expect(complaintsOfStatus([{ ...asked, tookMs: 10_001 }], 503)).toEqual(['the gateway answered a root after 10001 ms']);
});

test('commands that wait more than ten times a figure are told, also those that are not answered', () => {
  const town = (waitMs: number | undefined) => ({
    commands: () => [
      { mark: 'calm', saidAt: 0, answeredAt: [100] },
      { mark: 'trouble', saidAt: 10_000, answeredAt: waitMs === undefined ? [] : [10_000 + waitMs] },
    ],
  });
  const complain = (waitMs?: number) => complaintOfWait([town(waitMs)], [0, 1_000], [10_000, 11_000], 2);

  expect(complain(2_000)).toEqual([]);
  expect(complain(2_001)).toEqual(['p99 was 100 ms and became 2001 ms']);
  expect(complain()).toHaveLength(1);
});

test('a system that takes more than ten times a figure to be ready is told', async () => {
  const ready = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

  expect(await complaintOfReadiness({ ready }, 1_000)).toEqual([]);
  expect(await complaintOfReadiness({ ready }, 1)).toEqual([expect.stringMatching(/^the system was healthy after \d+ ms$/)]);
});

test('games that have to wait more than ten times a figure until they are heard again are told', async () => {
  const towns = [0, 50].map((ms) => ({ confirmed: (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)) }));

  expect(await complaintOfAcceptance(towns, 1_000)).toEqual([]);
  expect(await complaintOfAcceptance(towns, 1)).toEqual([expect.stringMatching(/^what games reported was accepted after \d+ ms$/)]);
});

test('what had more memory at any time than it may grow to is told, not who came later', () => {
  const before = new Map([['events', 100]]);
  const most = mostOf(
    mostOf(before, new Map([['events', 201]])),
    new Map([
      ['events', 90],
      ['modules', 300],
    ]),
  );

  expect(complaintsOfGrowth(before, most, 2)).toEqual(['events grew from 100 to 201 MB']);
  expect(complaintsOfGrowth(before, new Map([['events', 200]]), 2)).toEqual([]);
});

test('what could not be tried is not good', () => {
  const tally = { accepted: 1, final: 1, doubled: 0, interrupted: 0 };
  const outcome = { row: '11', name: 'disk full', times: 1, recoveriesS: [], loses: false, complaints: [], tally };

  expect(isGood(outcome)).toBe(true);
  expect(isGood({ ...outcome, skipped: 'no disk can be mounted' })).toBe(false);
});
