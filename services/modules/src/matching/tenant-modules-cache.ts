import type { TenantDb } from '@takaro/tenant-db';
import { LRUCache } from 'lru-cache';
import { readRevision } from '../versions/revision.ts';
import { loadTenantModules } from './load-tenant-modules.ts';
import type { TenantModules } from './tenant-modules.ts';

/** What is installed in a domain, used only while its revision is the current one. */
export interface TenantModulesCache {
  /**
   * As of a moment after `since`, by `performance.now()`: every change that was committed before it is seen, whichever replica made it.
   * @default the moment of the call
   */
  current(domainId: string, since?: number): Promise<TenantModules>;
  /** This process changed the domain: nothing that was read before now is current. */
  changed(domainId: string): void;
}

interface Known {
  readonly modules: TenantModules;
  /** When the read of its revision began. */
  readonly readAt: number;
}

interface Reading {
  readonly begunAt: number;
  readonly running: Promise<TenantModules>;
  /** Begins when the running one has ended; shared by all who ask meanwhile. */
  next: Promise<TenantModules> | null;
}

/**
 * Each question reads the revision (one row by its key), but for what was read since the moment that it is about: events that wait in
 * this process cost one read for all that came before it began. Who asks while a read is under way shares the one after it, so that a
 * flood costs one read at a time and none sees what is older than its question.
 */
export function createTenantModulesCache(db: TenantDb): TenantModulesCache {
  const cached = new LRUCache<string, Known>({ max: 1_000 });
  const changes = new LRUCache<string, number>({ max: 1_000 });
  const readings = new Map<string, Reading>();

  const read = async (domainId: string, readAt: number): Promise<TenantModules> => {
    const revision = await readRevision(db, domainId);
    const known = cached.get(domainId)?.modules;
    const modules = known?.revision === revision ? known : await loadTenantModules(db, domainId, revision);
    cached.set(domainId, { modules, readAt });
    return modules;
  };

  const begin = (domainId: string): Promise<TenantModules> => {
    const begunAt = performance.now();
    const reading: Reading = { begunAt, running: read(domainId, begunAt), next: null };
    readings.set(domainId, reading);
    const forget = (): void => {
      if (readings.get(domainId) === reading) readings.delete(domainId);
    };
    reading.running.then(forget, forget);
    return reading.running;
  };

  return {
    current: async (domainId, since = performance.now()) => {
      const notBefore = Math.max(since, changes.get(domainId) ?? 0);
      const known = cached.get(domainId);
      if (known && known.readAt >= notBefore) return known.modules;
      const reading = readings.get(domainId);
      if (!reading) return begin(domainId);
      if (reading.begunAt >= notBefore) return reading.running;
      reading.next ??= reading.running.then(
        () => begin(domainId),
        () => begin(domainId),
      );
      return reading.next;
    },
    changed: (domainId) => void changes.set(domainId, performance.now()),
  };
}
