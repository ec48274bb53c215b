import { type AttackRecord, type AttackVerdict, isProved } from '@takaro/infra/local/attack-record';
import { expect, test } from 'vitest';

export type { AttackVerdict } from '@takaro/infra/local/attack-record';

/**
 * One abuse and its control. Both halves make the same try; a try answers whether it had its effect, found out by looking at what
 * it would have changed or read, not by an error alone. Words are short: they become a line of the table of `npm run abuse`.
 */
export interface Attack {
  /** Of the list of faults and abuses. */
  readonly row: number;
  /** Such as `a function reads another tenant's players`. */
  readonly attack: string;
  /** Such as `every operation with foreign ids`. */
  readonly tried: string;
  /** The guard. */
  readonly refusedBy: string;
  readonly guarded: () => Promise<AttackVerdict>;
  /** The same with the guard off. It has to succeed. */
  readonly control: { readonly without: string; readonly attempt: () => Promise<AttackVerdict> };
}

declare module 'vitest' {
  interface TaskMeta {
    /** Read by `npm run abuse`. */
    attack?: AttackRecord;
  }
}

/** A test for the attack. */
export const attackTest = (attack: Attack, timeoutMs?: number): void =>
  test(`${attack.row}: ${attack.attack}`, { ...(timeoutMs !== undefined && { timeout: timeoutMs }) }, ({ task }) =>
    expectRefused(task, attack),
  );

/** Runs both halves within a test that is given as `task`, for tests with fixtures. */
export async function expectRefused(
  task: { readonly meta: { attack?: AttackRecord } },
  { guarded, control, ...told }: Attack,
): Promise<void> {
  let record: AttackRecord = { ...told, without: control.without };
  task.meta.attack = record;
  record = { ...record, guarded: await guarded() };
  task.meta.attack = record;
  record = { ...record, unguarded: await control.attempt() };
  task.meta.attack = record;
  expect(record.guarded, 'with its guard').toMatchObject({ harmed: false });
  expect(record.unguarded, `without ${control.without}`).toMatchObject({ harmed: true });
  expect(isProved(record)).toBe(true);
}
