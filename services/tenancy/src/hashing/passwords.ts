import { randomBytes } from 'node:crypto';
import type { Limits } from '@takaro/contracts/limits';
import { createGate } from '@takaro/process';
import type { Hash } from './hash-process.ts';

/**
 * argon2id with 19 MiB and two passes, 14 ms on the reference machine; few at once, so that sign-ins cannot starve the rest.
 * @throws ServiceError UNAVAILABLE when too many wait
 */
export interface Passwords {
  /** Before the database is asked for a sign-in that has no chance of a turn. */
  checkRoom(): void;
  readonly hash: Hash;
  /** Runs all of the work when its turn has come. */
  inTurn<T>(work: (hash: Hash) => Promise<T>): Promise<T>;
}

const SALT_BYTES = 16;

/** The salt of a new identity, and of nobody: a sign-in under an unknown name costs the same. */
export const newSalt = (): string => randomBytes(SALT_BYTES).toString('base64');

export function createPasswords(hash: Hash, limits: Pick<Limits, 'passwordChecksAtOnce' | 'passwordChecksWaiting'>): Passwords {
  const gate = createGate({ atOnce: limits.passwordChecksAtOnce, waiting: limits.passwordChecksWaiting });
  return {
    checkRoom: () => gate.checkRoom(),
    hash: (password, salt) => gate.enter(() => hash(password, salt)),
    inTurn: (work) => gate.enter(() => work(hash)),
  };
}
