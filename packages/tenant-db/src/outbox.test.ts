import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TenantDb } from './index.ts';
import { insertEvents, relayBatch, type RelayOptions, startRelay, type Told } from './outbox.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let db: TenantDb;
let domainId: string;
let pool: Pool;

beforeAll(async () => {
  world = await openTestWorld();
  db = await world.open('players', { files: THING_FILES, entities: [Thing] });
  domainId = await newTenant(world, [db]);
  pool = new Pool({ connectionString: world.urlOf('players') });
  // A connection that is cut while it is out tells its holder and, by an event, everybody.
  pool.on('connect', (client) => client.on('error', () => {}));
});
afterAll(async () => {
  await pool.end();
  await world[Symbol.asyncDispose]();
});
beforeEach(() => world.query('delete from "takaro_players"."outbox"'));

const eventNamed = (name: string): EventEnvelope =>
  bareEvent({
    name,
    domainId,
    meta: { text: `it's "quoted" {schema} \\ ü` },
  });

const tell = (...events: EventEnvelope[]): Promise<void> =>
  db.transaction(domainId, async (tx) => {
    for (const event of events) await tx.tell(event);
  });

/** As a process writes events that it publishes itself. */
async function write(events: readonly EventEnvelope[]): Promise<Told[]> {
  const { text, values } = insertEvents('takaro_players', events, true);
  const { rows } = await pool.query<{ position: string }>(text, values);
  return rows.map(({ position }, index) => ({ position, event: events[index]! }));
}

const left = async (): Promise<number> => (await world.query('select from "takaro_players"."outbox"')).length;

const relayTo = (publish: RelayOptions['publish']): RelayOptions => ({
  pool,
  turn: (work) => work(),
  platform: 'takaro_players',
  publish,
  log: pino({ level: 'silent' }),
});

describe('outbox', () => {
  test('what is told is published whole after the commit, then gone', async () => {
    const event = eventNamed('player-new');
    const published: EventEnvelope[] = [];
    await tell(event);

    await relayBatch(relayTo(async (one) => void published.push(one)));

    expect(published).toEqual([event]);
    expect(await left()).toBe(0);
  });

  test('a transaction that fails tells nothing and leaves nothing', async () => {
    const failing = db.transaction(domainId, async (tx) => {
      tx.em.create(Thing, { name: 'never' });
      await tx.tell(eventNamed('player-new'));
      await tx.em.flush();
      throw new Error('changed my mind');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    expect(await left()).toBe(0);
    expect(await db.sql(domainId, `select from {schema}."thing" where "name" = 'never'`)).toEqual([]);
  });

  test('a relay that dies between publishing and deleting publishes again with the same id', async () => {
    const event = eventNamed('player-new');
    const published: string[] = [];
    await tell(event);
    const dying = relayTo(async ({ id }) => {
      published.push(id);
      // The connection that holds the rows is cut before the rows can be deleted.
      await world.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'takaro_players' and state = 'idle in transaction'`,
      );
    });

    await expect(relayBatch(dying)).rejects.toThrow();
    // It is told of its end before its locks are gone.
    const again = relayTo(async ({ id }) => void published.push(id));
    await expect.poll(() => relayBatch(again)).toBe(1);

    expect(published).toEqual([event.id, event.id]);
    expect(await left()).toBe(0);
  });

  test('several relays never publish one row in parallel, and publish each once', async () => {
    await tell(...Array.from({ length: 350 }, () => eventNamed('player-new')));
    const published: string[] = [];
    const relay = relayTo(async ({ id }) => {
      await new Promise((resolve) => setImmediate(resolve));
      published.push(id);
    });

    const taken = await Promise.all(Array.from({ length: 6 }, () => relayBatch(relay)));

    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(350);
    expect(new Set(published).size).toBe(350);
    expect(published).toHaveLength(350);
  });

  test('what is handed over after the commit is published once, and its rows are gone when the relay has stopped', async () => {
    const events = Array.from({ length: 150 }, () => eventNamed('player-new'));
    const published: string[] = [];
    {
      await using relay = startRelay(relayTo(async ({ id }) => void published.push(id)));
      relay.publish(await write(events));
    }

    expect(published).toEqual(events.map(({ id }) => id));
    expect(await left()).toBe(0);
  });

  test('what could not be published after the commit is left to a later look', async () => {
    const event = eventNamed('player-new');
    const published: string[] = [];
    let isDown = true;
    const publish = async ({ id }: EventEnvelope): Promise<void> => {
      if (isDown) throw new Error('the bus is down');
      published.push(id);
    };
    {
      await using relay = startRelay(relayTo(publish));
      relay.publish(await write([event]));
      isDown = false;
      expect(await left()).toBe(1);
      await expect.poll(() => published, { timeout: 20_000 }).toEqual([event.id]);
    }

    expect(await left()).toBe(0);
  });

  test('an event that cannot be published waits, and does not hold up the others', async () => {
    const bad = eventNamed('too-large');
    const good = eventNamed('player-new');
    await tell(bad, good);
    const published: string[] = [];
    const relay = relayTo(async ({ id, name }) => {
      if (name === 'too-large') throw new Error('too large');
      published.push(id);
    });

    await relayBatch(relay);
    await relayBatch(relay);

    expect(published).toEqual([good.id]);
    expect(await world.query('select "attempts" from "takaro_players"."outbox" where "publishAt" > now()')).toEqual([{ attempts: 1 }]);
  });

  test('a running relay finds by itself what others told, and stops when it is disposed', async () => {
    const published: string[] = [];
    const event = eventNamed('player-new');
    {
      await using _relay = startRelay(relayTo(async ({ id }) => void published.push(id)));
      await tell(event);
      await expect.poll(() => published, { timeout: 5_000 }).toEqual([event.id]);
    }
    await tell(eventNamed('player-new'));

    expect(await left()).toBe(1);
  });
});
