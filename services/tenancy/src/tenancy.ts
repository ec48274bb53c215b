import type { Bus, DeadMessages, TokenSigner } from '@takaro/bus';
import type { Limits } from '@takaro/contracts/limits';
import type { Clock } from '@takaro/process';
import type { TenantDb } from '@takaro/tenant-db';
import type { Passwords } from './hashing/passwords.ts';
import type { Sagas } from './sagas.ts';
import type { SignInFailures } from './sign-in-failures.ts';

/** What the handlers of this service work with. */
export interface Tenancy {
  readonly db: TenantDb;
  readonly bus: Bus;
  /** What consumers gave up on. */
  readonly dead: DeadMessages;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly passwords: Passwords;
  readonly failures: SignInFailures;
  readonly sagas: Sagas;
  readonly userSigner: TokenSigner;
  readonly adminSigner: TokenSigner;
  readonly adminSecret: string;
}
