import type { Siege } from './siege.ts';
import type { Protection } from './without.ts';

/**
 * `plain`: one process of each service, one of each server. `copies`: two of each service. `cluster`: three servers of NATS.
 * `copies on a cluster`: both. `disk`: small disks. `moved`: clocks and versions of services can be set.
 */
export type Ground = 'plain' | 'copies' | 'cluster' | 'copies on a cluster' | 'disk' | 'moved' | Unprotected;

/** With a protection taken out: what a control runs on. */
export type Unprotected = `without ${Protection}`;

/** This machine does not let it be tried; the message says why. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** One way in which parts of the system fail, inflicted again and again while things happen in every town. */
export interface Fault {
  /** Of the list of faults that the system must survive. */
  readonly row: string;
  readonly name: string;
  /** @default plain */
  readonly on?: Ground;
  /** Seconds after which commands should be answered again; ten times that is too late. */
  readonly recoveryS: number;
  /** What lay in the streams alone may be lost by it: what was accepted in the seconds before. */
  readonly loses?: true;
  /** How often it is inflicted, where that is not what was asked for. */
  readonly times?: (asked: number) => number;
  /** What is there before the first time. */
  readonly prepare?: (siege: Siege) => Promise<void>;
  /** Settles when the fault is over, which is when recovery begins. What it answers are complaints, one sentence each. */
  readonly inflict: (siege: Siege, turn: number) => Promise<readonly string[]>;
  /** What else must be so soon after it is over, looked at while commands are waited for. */
  readonly afterwards?: (siege: Siege, turn: number) => Promise<readonly string[]>;
  /** Looked at when everything is quiet again. */
  readonly check?: (siege: Siege) => Promise<readonly string[]>;
}
