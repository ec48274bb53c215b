import { readFileSync, readlinkSync } from 'node:fs';
import type { Confinement } from '../confinement.ts';

const NAMESPACES = ['net', 'pid', 'mnt', 'ipc', 'uts', 'user'];

/** What the system tells of a process from outside, which the process itself cannot gloss over. */
export function watchedConfinement(pid: number): Pick<Confinement, 'user' | 'namespaces' | 'privileges'> {
  const status = read(() => readFileSync(`/proc/${pid}/status`, 'utf8'));
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(\\w+)`, 'm').exec(status ?? '')?.[1];
  const user = field('Uid');
  const held = ['CapEff', 'CapPrm', 'CapInh', 'CapAmb'].map((name) => field(name));
  const isBare = held.every((mask) => mask !== undefined && /^0+$/.test(mask)) && field('NoNewPrivs') === '1';
  return {
    user: user === undefined ? null : Number(user),
    namespaces: NAMESPACES.filter((name) => isOther(pid, name)),
    privileges: status === undefined ? 'unknown' : isBare ? 'none' : 'some',
  };
}

function isOther(pid: number, namespace: string): boolean {
  const theirs = read(() => readlinkSync(`/proc/${pid}/ns/${namespace}`));
  return theirs !== undefined && theirs !== read(() => readlinkSync(`/proc/self/ns/${namespace}`));
}

function read(from: () => string): string | undefined {
  try {
    return from();
  } catch {
    return undefined;
  }
}
