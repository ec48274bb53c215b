import type { TenantDb } from '@takaro/tenant-db';
import { LRUCache } from 'lru-cache';
import { readRevision } from '../versions/revision.ts';
import { loadTenantModules } from './load-tenant-modules.ts';
import type { TenantModules } from './tenant-modules.ts';

/** What is installed in a domain, used only while its revision is the current one. */
export interface TenantModulesCache {
  /** As of a moment after the call: every change that was committed before it is seen, whichever replica made it. */
  current(domainId: string): Promise<TenantModules>;
}

interface Reading {
  readonly running: Promise<TenantModules>;
  /** Begins when the running one has ended; shared by all who ask meanwhile. */
  next: Promise<TenantModules> | null;
}

/**
 * Each question reads the revision (one row by its key); who asks while a read is under way shares the one after it, so that a flood
 * of events costs one read at a time and none sees what is older than its question.
 */
export function createTenantModulesCache(db: TenantDb): TenantModulesCache {
  const cached = new LRUCache<string, TenantModules>({ max: 1_000 });
  const readings = new Map<string, Reading>();

  const read = async (domainId: string): Promise<TenantModules> => {
    const revision = await readRevision(db, domainId);
    const known = cached.get(domainId);
    if (known?.revision === revision) return known;
    const loaded = await loadTenantModules(db, domainId, revision);
    cached.set(domainId, loaded);
    return loaded;
  };

  const begin = (domainId: string): Promise<TenantModules> => {
    const reading: Reading = { running: read(domainId), next: null };
    readings.set(domainId, reading);
    const forget = (): void => {
      if (readings.get(domainId) === reading) readings.delete(domainId);
    };
    reading.running.then(forget, forget);
    return reading.running;
  };

  return {
    current: (domainId) => {
      const reading = readings.get(domainId);
      if (!reading) return begin(domainId);
      reading.next ??= reading.running.then(
        () => begin(domainId),
        () => begin(domainId),
      );
      return reading.next;
    },
  };
}
