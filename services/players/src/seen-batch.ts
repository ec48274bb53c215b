import type { TenantDb } from '@takaro/tenant-db';
import type { Logger } from 'pino';
import { isNewer, type Moment } from './sighting.ts';

interface Seen {
  readonly moment: Moment;
  readonly ping: number | undefined;
}

const WRITE_AFTER_MS = 500;

/** The rows decide what is newer, so a batch may come late, twice, or after another copy of the service wrote. */
const WRITE = `
  update {schema}."playerOnGameServer" g set
    "lastSeen" = case when g."lastSeen" > v."horizon" then v."at" else greatest(g."lastSeen", v."at") end, "ping" = coalesce(v."ping", g."ping"),
    "stateAt" = v."at", "stateSeq" = v."seq", "online" = true,
    "onlineSince" = case when g."online" then g."onlineSince" else v."at" end,
    "revision" = g."revision" + case when g."online" then 0 else 1 end, "updatedAt" = now()
  from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::double precision[], $5::timestamptz[])
    as v("id", "at", "seq", "ping", "horizon")
  where g."id" = v."id" and ((g."stateAt", g."stateSeq") < (v."at", v."seq") or g."stateAt" > v."horizon")`;

/**
 * Signs of life of players who are known to be online. They are written together, up to half a second later, so that a chat message
 * costs no commit of its own. A process that is killed forgets at most that half second of them; whoever comes or leaves is written
 * before it is told and is never forgotten.
 */
export class SeenBatch implements AsyncDisposable {
  readonly #db: TenantDb;
  readonly #log: Logger;
  readonly #domains = new Map<string, Map<string, Seen>>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: TenantDb, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  add(domainId: string, pogId: string, seen: Seen): void {
    const pogs = this.#domains.get(domainId) ?? new Map<string, Seen>();
    this.#domains.set(domainId, pogs);
    const last = pogs.get(pogId);
    if (!last || isNewer(seen.moment, last.moment)) pogs.set(pogId, seen);
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS);
  }

  /** Writes what has come so far. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const domains = [...this.#domains];
    this.#domains.clear();
    this.#writing = this.#writing.then(async () => {
      for (const [domainId, pogs] of domains) await this.#write(domainId, pogs);
    });
    await this.#writing;
  }

  async #write(domainId: string, pogs: ReadonlyMap<string, Seen>): Promise<void> {
    const rows = [...pogs].toSorted(([a], [b]) => a.localeCompare(b));
    try {
      await this.#db.sql(domainId, WRITE, [
        rows.map(([id]) => id),
        rows.map(([, { moment }]) => moment.at.toISOString()),
        rows.map(([, { moment }]) => moment.seq),
        rows.map(([, { ping }]) => ping ?? null),
        rows.map(([, { moment }]) => moment.horizon.toISOString()),
      ]);
    } catch (error) {
      // The next sign of life of the same players says it again.
      this.#log.warn({ domainId, err: error, players: rows.length }, 'signs of life were not written');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
  }
}
