import type { Fault, Ground } from './fault.ts';
import { COPIES } from './rows/copies.ts';
import { CRASHES } from './rows/crashes.ts';
import { DELIVERY } from './rows/delivery.ts';
import { DISK } from './rows/disk.ts';
import { SERVERS } from './rows/servers.ts';
import { TIME } from './rows/time.ts';
import { UPGRADES } from './rows/upgrades.ts';

const GROUNDS: readonly Ground[] = ['plain', 'moved', 'disk', 'copies', 'cluster', 'copies on a cluster'];
const placeOf = ({ on = 'plain', row }: Fault): number => GROUNDS.indexOf(on) * 1_000 + Number(row);

/** In the order in which they are inflicted: those of one ground together. */
export const FAULTS: readonly Fault[] = [...CRASHES, ...SERVERS, ...DELIVERY, ...TIME, ...UPGRADES, ...DISK, ...COPIES].toSorted(
  (a, b) => placeOf(a) - placeOf(b),
);
