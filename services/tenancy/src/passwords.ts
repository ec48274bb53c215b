import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Limits } from '@takaro/contracts/limits';
import { createGate } from './gate.ts';

/** argon2id with 19 MiB and two passes, 14 ms on the reference machine; few at once, so that sign-ins cannot starve the rest. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the same time without a hash, so that nobody learns who exists. @throws ServiceError UNAVAILABLE when too many wait */
  matches(passwordHash: string | null, password: string): Promise<boolean>;
}

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export async function createPasswords(limits: Pick<Limits, 'passwordChecksAtOnce' | 'passwordChecksWaiting'>): Promise<Passwords> {
  const gate = createGate({ atOnce: limits.passwordChecksAtOnce, waiting: limits.passwordChecksWaiting });
  const nobodys = await hash(randomBytes(32), COST);
  return {
    hash: (password) => gate.enter(() => hash(password, COST)),
    matches: (passwordHash, password) =>
      gate.enter(async () => {
        const same = await verify(passwordHash ?? nobodys, password);
        return same && passwordHash !== null;
      }),
  };
}
