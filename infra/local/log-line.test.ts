import { expect, test } from 'vitest';
import { formatLine } from './log-line.ts';
import { shortenNats, shortenPostgres } from './server-lines.ts';

const NOON = new Date(2026, 10, 23, 12, 0, 5);

test('an entry of a service is shown as time, service, level, text and facts', () => {
  const line = JSON.stringify({
    level: 40,
    time: 1,
    pid: 2,
    hostname: 'h',
    name: 'players',
    domainId: 'heavy-otters-joke',
    count: 3,
    msg: 'slow',
  });

  expect(formatLine('players', line, NOON)).toBe('12:00:05 players     WARN  slow domainId=heavy-otters-joke count=3');
});

test('the stack of an error stands below its line', () => {
  const line = JSON.stringify({ level: 50, msg: 'failed', err: { message: 'no', stack: 'Error: no\n    at here' } });

  expect(formatLine('modules', line, NOON)).toBe('12:00:05 modules     ERROR failed\n    Error: no\n        at here');
});

test('of a warning the messages are shown and not where it happened', () => {
  const stack = 'Error: no\n    at here\ncaused by: Error: deep\n    at there';

  expect(formatLine('modules', JSON.stringify({ level: 40, msg: 'odd', err: { stack } }), NOON)).toBe(
    '12:00:05 modules     WARN  odd\n    Error: no\n    caused by: Error: deep',
  );
});

test('what is no entry is shown as it is', () => {
  expect(formatLine('game', '{"half', NOON)).toBe('12:00:05 game        {"half');
});

test('of the servers their milestones and what is wrong are shown', () => {
  expect(shortenNats('[7510] 2026/11/23 19:57:32.312935 [INF]   System  : "NATS"')).toBeUndefined();
  expect(shortenNats('[7510] 2026/11/23 19:57:32.317681 [INF] Server is ready')).toBe('Server is ready');
  expect(shortenNats('[7510] 2026/11/23 19:57:32.317681 [WRN] slow')).toBe('WRN slow');
  expect(shortenPostgres('2026-11-23 19:57:31.205 UTC [7484] LOG:  checkpoint starting')).toBeUndefined();
  expect(shortenPostgres('2026-11-23 19:57:31.205 UTC [7484] FATAL:  no space')).toBe('FATAL no space');
});
