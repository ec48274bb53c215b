import type { Fault } from './fault.ts';
import { CRASHES } from './rows/crashes.ts';
import { SERVERS } from './rows/servers.ts';
import { TIME } from './rows/time.ts';

/** In the order in which they are inflicted. */
export const FAULTS: readonly Fault[] = [...CRASHES, ...SERVERS, ...TIME].toSorted((a, b) => Number(a.row) - Number(b.row));
