import type { Fault } from './fault.ts';
import { CRASHES } from './rows/crashes.ts';
import { SERVERS } from './rows/servers.ts';

/** In the order in which they are inflicted. */
export const FAULTS: readonly Fault[] = [...CRASHES, ...SERVERS].toSorted((a, b) => Number(a.row) - Number(b.row));
