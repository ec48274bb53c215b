import { type Bus, listen } from '@takaro/bus';
import { getDomainRoles } from '@takaro/contracts/tenancy/internal';
import type { RoleOutput } from '@takaro/contracts/tenancy/shapes';
import type { Clock } from '@takaro/process';
import { LRUCache } from 'lru-cache';

/** The roles of a domain, as tenancy has them. */
export interface RoleBook {
  readonly byId: ReadonlyMap<string, RoleOutput>;
  /** The role that every player has without being assigned it. */
  readonly implicit: RoleOutput | undefined;
}

export interface DomainRoles extends AsyncDisposable {
  /** @throws ServiceError UNAVAILABLE, DEADLINE_EXCEEDED when tenancy does not answer */
  of(domainId: string): Promise<RoleBook>;
  /** The same as the published API shows it: 0 where no count was given, which functions tell from 0. */
  shown(domainId: string): Promise<RoleBook>;
  /** Asks tenancy now. */
  fresh(domainId: string): Promise<RoleBook>;
}

interface Books {
  readonly stored: RoleBook;
  readonly shown: RoleBook;
}

const STALE_MS = 2_000;
const DOMAINS_MAX = 1_000;
const CHANGES = ['role-created', 'role-updated', 'role-deleted', 'module-created', 'module-updated', 'module-deleted'];

/** Keeps what roles contain for at most 2 s, less when tenancy tells that it changed. An answer that was asked for before is not kept. */
export function openDomainRoles(bus: Bus, clock: Clock): DomainRoles {
  const books = new LRUCache<string, { readonly until: number; readonly book: Promise<Books> }>({ max: DOMAINS_MAX });
  const changes = listen(bus, CHANGES, ({ domainId }) => books.delete(domainId));
  const ask = (domainId: string): Promise<Books> => {
    const entry = { until: clock.now() + STALE_MS, book: askForRoles(bus, domainId) };
    books.set(domainId, entry);
    entry.book.catch(() => {
      if (books.peek(domainId) === entry) books.delete(domainId);
    });
    return entry.book;
  };
  const recent = async (domainId: string): Promise<Books> => {
    const known = books.get(domainId);
    return known && known.until > clock.now() ? known.book : ask(domainId);
  };
  return {
    of: async (domainId) => (await recent(domainId)).stored,
    shown: async (domainId) => (await recent(domainId)).shown,
    fresh: async (domainId) => (await ask(domainId)).stored,
    [Symbol.asyncDispose]: () => changes[Symbol.asyncDispose](),
  };
}

/** Who has a permission by the role that all have has it 0 times where no count is said; by an assigned role, without one. */
const counted = (role: RoleOutput): RoleOutput => ({
  ...role,
  permissions: role.permissions.map((permission) => ({ ...permission, count: permission.count ?? 0 })),
});

async function askForRoles(bus: Bus, domainId: string): Promise<Books> {
  const { roles } = await bus.call(getDomainRoles, {}, { domainId, token: await bus.serviceToken(domainId) });
  const found = roles.find(({ system, name }) => system && name === 'Player');
  const implicit = found && counted(found);
  const book = (all: readonly RoleOutput[]): RoleBook => ({ byId: new Map(all.map((role) => [role.id, role])), implicit });
  return { stored: book(roles), shown: book(roles.map(counted)) };
}
