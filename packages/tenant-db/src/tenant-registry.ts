import { ServiceError } from '@takaro/contracts/errors';
import { isDomainId } from '@takaro/contracts/subjects';
import { LRUCache } from 'lru-cache';
import type { Cell } from './cell.ts';
import { quoteName } from './names.ts';

const CACHED_TENANTS = 10_000;
/** A tenant that another copy of the service removed is believed to be there for so long at most. */
const CACHED_FOR_MS = 30_000;

/** Which tenants the service has tables for, and in which database. Only positive answers are remembered. */
export interface TenantRegistry {
  /** @throws ServiceError DOMAIN_UNKNOWN, or UNAVAILABLE while its migration has failed */
  cellOf(domainId: string): Promise<Cell>;
  /** Asks the database again next time. */
  forget(domainId: string): void;
  domains(): Promise<readonly string[]>;
}

export function createRegistry(cells: readonly Cell[], platform: string): TenantRegistry {
  const table = `${quoteName(platform)}."tenant"`;
  const known = new LRUCache<string, Cell>({ max: CACHED_TENANTS, ttl: CACHED_FOR_MS });
  const stateIn = async (cell: Cell, domainId: string): Promise<string | undefined> => {
    const { rows } = await cell.pool.query<{ state: string }>(`select "state" from ${table} where "domainId" = $1`, [domainId]);
    return rows[0]?.state;
  };
  return {
    cellOf: async (domainId) => {
      const cached = known.get(domainId);
      if (cached) return cached;
      if (!isDomainId(domainId)) throw new ServiceError('DOMAIN_UNKNOWN');
      for (const cell of cells) {
        const state = await stateIn(cell, domainId);
        if (state === 'failed') throw new ServiceError('UNAVAILABLE', { cause: new Error(`The migration of ${domainId} failed`) });
        if (state === undefined) continue;
        known.set(domainId, cell);
        return cell;
      }
      throw new ServiceError('DOMAIN_UNKNOWN');
    },
    forget: (domainId) => {
      known.delete(domainId);
    },
    domains: async () => {
      const lists = await Promise.all(
        cells.map(({ pool }) => pool.query<{ domainId: string }>(`select "domainId" from ${table} order by "domainId"`)),
      );
      return lists.flatMap(({ rows }) => rows.map(({ domainId }) => domainId));
    },
  };
}
