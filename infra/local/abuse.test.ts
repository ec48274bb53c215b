import { expect, test } from 'vitest';
import { readAbuseOptions, sayReport } from './abuse.ts';
import type { AttackRecord, AttackVerdict } from './attack-record.ts';

const REFUSED: AttackVerdict = { harmed: false, seen: 'ERR_ACCESS_DENIED' };
const HARMED: AttackVerdict = { harmed: true, seen: 'root:x:0:0' };
const RECORD: AttackRecord = { row: 45, attack: 'reads a file', tried: '/etc/passwd', refusedBy: 'the permission model', without: 'it' };

function told(...records: readonly AttackRecord[]): { good: boolean; lines: string[] } {
  const lines: string[] = [];
  const assertionResults = records.map((attack) => ({ status: 'passed', meta: { attack } }));
  const report = { numPassedTests: records.length, numFailedTests: 0, testResults: [{ status: 'passed', assertionResults }] };
  return { good: sayReport(report, 0, (line) => lines.push(line)), lines };
}

test('attacks that were refused, with controls that succeeded, are a good end', () => {
  const { good, lines } = told({ ...RECORD, guarded: REFUSED, unguarded: HARMED });

  expect(good).toBe(true);
  expect(lines[2]).toMatch(/^45 +reads a file +\/etc\/passwd +the permission model +ERR_ACCESS_DENIED +it +root:x:0:0 +ok$/);
  expect(lines.at(-1)).toBe('attacks: 1 of 1 refused; controls: 1 of 1 succeeded; tests: 1 passed, 0 failed');
});

test.each([
  ['an attack that had its effect', { guarded: HARMED, unguarded: HARMED }],
  ['a control that had none', { guarded: REFUSED, unguarded: REFUSED }],
  ['an attack that was not reached', {}],
])('%s is a bad end', (_, verdicts) => {
  const { good, lines } = told({ ...RECORD, ...verdicts });

  expect(good).toBe(false);
  expect(lines[2]).toMatch(/FAILED$/);
  expect(lines[2]).toContain('! ');
});

test('no attack at all is a bad end', () => {
  expect(told().good).toBe(false);
});

test('words choose attacks by name, and an unknown option is a problem', () => {
  expect(readAbuseOptions(['--fast', 'memory', 'bomb'])).toEqual({ help: false, fast: true, name: 'memory bomb' });
  expect(() => readAbuseOptions(['--loud'])).toThrow('--help lists');
});
