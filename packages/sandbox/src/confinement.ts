/**
 * How far a process for functions can be confined, the best first. Each has what follows it, too.
 *
 * - `sealed`: a file system that holds Node, its libraries and the code of the process, read only, and nothing else
 * - `offline`: no network, not even the loopback; no sight of any other process
 * - `stripped`: no privileges and no way to get any, no files written, no core dumps; another user where the parent is root
 * - `permission`: Node's permission model: own code readable, no writes, no processes, no workers
 * - `none`: an empty environment
 */
export const CONFINEMENT_LEVELS = ['sealed', 'offline', 'stripped', 'permission', 'none'] as const;

export type ConfinementLevel = (typeof CONFINEMENT_LEVELS)[number];

export interface ConfinementRange {
  /** For tests of what each level is good for. @default sealed */
  readonly strongest?: ConfinementLevel;
  /** Where the system does not let processes be confined this much, none is started. @default none */
  readonly weakest?: ConfinementLevel;
}

/** What a process for functions says and what its parent sees once it is up. */
export interface Confinement extends ConfinementInside {
  readonly level: ConfinementLevel;
  /** As its parent sees it; null where the system does not tell. */
  readonly user: number | null;
  /** Kernel namespaces of its own, such as `net`. */
  readonly namespaces: readonly string[];
  /** Whether it has no capabilities and can get none. */
  readonly privileges: 'none' | 'some' | 'unknown';
}

/** What the process could still reach, probed by itself at its start. */
export interface ConfinementInside {
  readonly files: 'own code' | 'all';
  readonly processes: 'refused' | 'allowed';
  readonly network: 'none' | 'open';
  readonly environment: readonly string[];
}
