import { setTimeout as delay } from 'node:timers/promises';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import { Courier } from './courier.ts';
import { quoteName } from './names.ts';
import { inTransaction } from './pg-transaction.ts';
import type { Turn } from './tenant-share.ts';

const BATCH = 100;
const POLL_MS = 1_000;
/** An event that could not be published waits twice as long each time, up to this. */
const BACKOFF_MAX_S = 10;

/**
 * When the relay takes up what is told by a process that publishes it itself, straight after its commit. Only what that process could
 * not publish, or what it did not come to, is still there then.
 */
export const PUBLISH_AT = `now() + interval '2 seconds'`;

/**
 * The statement that writes told events into the outbox, in the transaction that made them true. It answers their positions, in the
 * order of the events. `soon`: whether who writes them also publishes them.
 */
export const insertEvents = (platform: string, events: readonly EventEnvelope[], soon: boolean): { text: string; values: unknown[] } => ({
  text: `insert into ${quoteName(platform)}."outbox" ("domainId", "event", "publishAt")
    select "domainId", "event", ${soon ? PUBLISH_AT : 'now()'} from unnest($1::text[], $2::json[]) with ordinality as t("domainId", "event", "nr")
    order by "nr" returning "position"`,
  values: [events.map(({ domainId }) => domainId), events.map((event) => JSON.stringify(event))],
});

/** An event that was committed to the outbox. */
export interface Told {
  readonly position: string;
  readonly event: EventEnvelope;
}

export interface Relay extends AsyncDisposable {
  /** Publishes what was just committed, without reading it back. What fails stays for the relay's next look. */
  publish(told: readonly Told[]): void;
}

export interface RelayOptions {
  readonly pool: Pool;
  /** A batch holds a connection while it publishes. */
  readonly turn: Turn;
  readonly platform: string;
  readonly publish: (event: EventEnvelope) => Promise<void>;
  readonly log: Logger;
}

/**
 * Publishes what is in the outbox and deletes it, for as long as it is not disposed. Any number of relays share an outbox: the
 * rows of one are locked and skipped by the others. A crash between the two publishes again under the same id, which the
 * stream's dedupe window and every consumer tolerate. No order is promised across rows.
 */
export function startRelay(options: RelayOptions): Relay {
  const stop = new AbortController();
  const courier = new Courier(options);
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const taken = await relayBatch(options).catch((error: unknown) => {
        options.log.warn({ err: error }, 'outbox relay failed');
        return 0;
      });
      if (taken < BATCH) await delay(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    publish: (told) => courier.publish(told),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      await courier.idle();
    },
  };
}

/** One batch; answers how many rows it took. */
export async function relayBatch({ pool, turn, platform, publish, log }: RelayOptions): Promise<number> {
  const outbox = `${quoteName(platform)}."outbox"`;
  const publishBatch = async (client: PoolClient): Promise<number> => {
    const { rows } = await client.query<{ position: string; event: EventEnvelope }>(
      `select "position", "event" from ${outbox} where "publishAt" <= now()
       order by "publishAt", "position" limit ${BATCH} for update skip locked`,
    );
    if (rows.length === 0) return 0;
    const results = await Promise.allSettled(rows.map(({ event }) => publish(event)));
    const failures = results.filter((result) => result.status === 'rejected');
    if (failures.length > 0) log.warn({ err: failures[0]?.reason, failed: failures.length }, 'events were not published');
    const positions = (status: 'fulfilled' | 'rejected'): string[] =>
      rows.filter((_, index) => results[index]?.status === status).map(({ position }) => position);
    await client.query(`delete from ${outbox} where "position" = any($1::bigint[])`, [positions('fulfilled')]);
    if (failures.length > 0)
      await client.query(
        `update ${outbox} set "attempts" = "attempts" + 1,
         "publishAt" = now() + least(${BACKOFF_MAX_S}, 0.5 * 2 ^ least("attempts", 10)) * interval '1 second'
       where "position" = any($1::bigint[])`,
        [positions('rejected')],
      );
    return rows.length;
  };
  return turn(() => inTransaction(pool, publishBatch));
}
