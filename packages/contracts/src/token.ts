import type { TokenKind } from './contract.ts';
import { LIMITS } from './limits.ts';

/** No service says that it acts deeper in a chain of causes: what follows from there is past `LIMITS.eventDepth` already, and cut. */
export const DEEPEST_OF_SERVICES = LIMITS.eventDepth + 1;

/** What a bus token says: who acts, in which one domain, with which permissions, until when. Signed with EdDSA. */
export interface TokenClaims {
  /** From the key that signed it, never from the payload alone. */
  readonly kind: TokenKind;
  /** The service that signed it. */
  readonly issuer: string;
  /** The user, the execution or the service that acts. */
  readonly subject: string;
  /** The one domain in which it is good, or `_` for the platform. */
  readonly domainId: string;
  /** Codes of system and module permissions. ROOT satisfies all. */
  readonly permissions: readonly string[];
  /** The module in whose name something is done; marks events with `actingModuleId`. */
  readonly moduleId?: string;
  /** The API token by which a user came. */
  readonly apiTokenId?: string;
  /**
   * How many executions caused one another up to here; the chain is cut at `LIMITS.eventDepth`. Of every execution, and of a service that
   * does something because of one or of an event: what it causes is one deeper.
   */
  readonly depth?: number;
  /** Which attempt of an execution: a token ends with its attempt. */
  readonly attempt?: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}
