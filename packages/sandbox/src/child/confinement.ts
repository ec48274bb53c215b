import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { ConfinementInside } from '../confinement.ts';

/** Asks the system what this process may still do. */
export function probeConfinement(): ConfinementInside {
  const permission = process.permission;
  // Of a network namespace of its own not even the loopback is up.
  const interfaces = Object.values(networkInterfaces()).flat();
  return {
    files: canRead('/etc/passwd') || canRead('/etc/hostname') ? 'all' : 'own code',
    processes: permission && !permission.has('child') ? 'refused' : 'allowed',
    network: interfaces.length === 0 ? 'none' : 'open',
    environment: Object.keys(process.env),
  };
}

function canRead(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
