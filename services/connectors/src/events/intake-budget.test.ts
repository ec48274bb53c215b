import { expect, test } from 'vitest';
import { IntakeBudget } from './intake-budget.ts';

test('a spent budget is told to all, and so is that half of it is free again', () => {
  const budget = new IntakeBudget(100);
  const heard: boolean[] = [];
  const member = { reconsider: () => void heard.push(budget.isSpent), hurry: () => undefined, giveUp: () => undefined };
  budget.join(member);

  budget.add(100);
  expect(heard).toEqual([]);
  budget.add(1);
  budget.add(-40);
  expect(heard).toEqual([true]);
  budget.add(-11);
  expect(heard).toEqual([true, false]);

  budget.leave(member);
  budget.add(100);
  expect(heard).toEqual([true, false]);
});
