import { expect, test } from 'vitest';
import { judge, type Sample } from './verdict.ts';

const over = (figure: (nr: number) => number, name: string): Sample[] =>
  Array.from({ length: 60 }, (_, nr) => ({ executions: nr * 100, figures: { [name]: figure(nr) } }));
const verdictOf = (figure: (nr: number) => number, name: string): string | undefined => judge(over(figure, name))[0]?.verdict;

test('memory that swings around one value is flat, and so is what grows while it warms up', () => {
  expect(verdictOf((nr) => 100 + 10 * Math.sin(nr), 'runner rss MB')).toBe('flat');
  expect(verdictOf((nr) => (nr < 15 ? 50 + nr * 5 : 125), 'runner rss MB')).toBe('flat');
});

test('memory that grows by two percent per thousand executions grows', () => {
  expect(verdictOf((nr) => 100 + 0.2 * nr + 3 * Math.sin(nr), 'runner rss MB')).toBe('GROWS');
});

test('a count that grows by a tenth and more than a few grows, however slowly', () => {
  expect(verdictOf((nr) => 40 + nr * 0.5, 'gateway handles')).toBe('GROWS');
  expect(verdictOf((nr) => 40 + (nr % 4), 'gateway handles')).toBe('flat');
});

test('a handful of samples says nothing', () => {
  expect(() => judge(over(() => 1, 'x').slice(0, 6))).toThrow('Too few samples');
});
