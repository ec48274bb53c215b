import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type { Limits } from '@takaro/contracts/limits';
import { createGate } from './gate.ts';

/** The text to store, or to compare with what is stored: equal passwords of one identity give equal texts, since it has one salt. */
type Hash = (password: string, salt: string) => Promise<string>;

/**
 * argon2id with 19 MiB and two passes, 14 ms on the reference machine; few at once, so that sign-ins cannot starve the rest.
 * @throws ServiceError UNAVAILABLE when too many wait
 */
export interface Passwords {
  readonly hash: Hash;
  /** Runs all of the work when its turn has come. */
  inTurn<T>(work: (hash: Hash) => Promise<T>): Promise<T>;
}

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const SALT_BYTES = 16;

/** The salt of a new identity, and of nobody: a sign-in under an unknown name costs the same. */
export const newSalt = (): string => randomBytes(SALT_BYTES).toString('base64');

export function createPasswords(limits: Pick<Limits, 'passwordChecksAtOnce' | 'passwordChecksWaiting'>): Passwords {
  const gate = createGate({ atOnce: limits.passwordChecksAtOnce, waiting: limits.passwordChecksWaiting });
  return { hash: (password, salt) => gate.enter(() => hashNow(password, salt)), inTurn: (work) => gate.enter(() => work(hashNow)) };
}

const hashNow: Hash = (password, salt) => hash(password, { ...COST, salt: Buffer.from(salt, 'base64') });
