import { ServiceError } from '@takaro/contracts/errors';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DueItem, TenantDb } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let db: TenantDb;
let other: TenantDb;
let domainId: string;
let otherDomainId: string;

beforeAll(async () => {
  world = await openTestWorld();
  db = await world.open('players', { files: THING_FILES, entities: [Thing] });
  other = await world.open('players', { files: THING_FILES, entities: [Thing] });
  domainId = await newTenant(world, [db]);
  otherDomainId = await newTenant(world, [db]);
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.query('delete from "takaro_players"."due"'));

const noon = new Date('2026-06-01T12:00:00.000Z');
const after = (ms: number): Date => new Date(noon.getTime() + ms);

const schedule = (key: string, dueAt: Date, payload: unknown = {}, domain = domainId): Promise<void> =>
  db.transaction(domain, (tx) => tx.schedule({ kind: 'expiry', key, dueAt, payload }));

describe('what is due', () => {
  test('is handed out at its time, in order, with the tenant it belongs to', async () => {
    await schedule('late', after(1));
    await schedule('second', noon, { n: 2 }, otherDomainId);
    await schedule('first', after(-1_000), { n: 1 });
    await db.transaction(domainId, (tx) => tx.schedule({ kind: 'other', key: 'x', dueAt: noon }));
    const seen: DueItem[] = [];

    const result = await db.takeDue({ kind: 'expiry', now: noon, limit: 10 }, async (item, tx) => {
      seen.push(item);
      tx.em.create(Thing, { name: item.key });
    });

    expect(result).toEqual({ taken: 2, failed: 0, nextDueAt: after(1) });
    expect(seen.map(({ key, domainId: domain, payload }) => [key, domain, payload])).toEqual([
      ['first', domainId, { n: 1 }],
      ['second', otherDomainId, { n: 2 }],
    ]);
    expect(await db.sql(otherDomainId, 'select "name" from {schema}."thing"')).toEqual([{ name: 'second' }]);
    expect(await db.takeDue({ kind: 'expiry', now: noon, limit: 10 }, async () => {})).toMatchObject({ taken: 0 });
  });

  test('is taken once by two schedulers', async () => {
    for (let n = 0; n < 30; n += 1) await schedule(`item-${n}`, noon);
    const seen: string[] = [];
    const take = (scheduler: TenantDb) =>
      scheduler.takeDue({ kind: 'expiry', now: noon, limit: 100 }, async ({ key }, tx) => {
        await tx.sql('select pg_sleep(0.002)');
        seen.push(key);
      });

    const results = await Promise.all([take(db), take(other), take(db), take(other)]);

    expect(results.reduce((sum, { taken }) => sum + taken, 0)).toBe(30);
    expect(seen).toHaveLength(30);
    expect(new Set(seen).size).toBe(30);
  });

  test('does not wait for what another scheduler is busy with', async () => {
    await schedule('first', after(-1));
    await schedule('second', noon);
    const seen: string[] = [];
    const busy = db.takeDue({ kind: 'expiry', now: noon, limit: 1 }, async ({ key }) => {
      seen.push(`${key} begun`);
      await expect.poll(() => seen).toContain('second');
      seen.push(`${key} done`);
    });
    await expect.poll(() => seen).toEqual(['first begun']);

    const free = await other.takeDue({ kind: 'expiry', now: noon, limit: 10 }, async ({ key }) => void seen.push(key));

    expect(free).toMatchObject({ taken: 1 });
    await busy;
    expect(seen).toEqual(['first begun', 'second', 'first done']);
  });

  test('moves when it is scheduled anew and goes when it is unscheduled', async () => {
    await schedule('moved', noon, { version: 1 });
    await schedule('moved', after(5_000), { version: 2 });
    await schedule('gone', noon);
    await db.transaction(domainId, (tx) => tx.unschedule('expiry', 'gone'));
    const seen: unknown[] = [];

    await db.takeDue({ kind: 'expiry', now: noon, limit: 10 }, async ({ payload }) => void seen.push(payload));
    await db.takeDue({ kind: 'expiry', now: after(5_000), limit: 10 }, async ({ payload }) => void seen.push(payload));

    expect(seen).toEqual([{ version: 2 }]);
  });

  test('may schedule itself anew under the same key', async () => {
    await schedule('tick', noon);

    const first = await db.takeDue({ kind: 'expiry', now: noon, limit: 10 }, (item, tx) =>
      tx.schedule({ kind: item.kind, key: item.key, dueAt: after(60_000) }),
    );

    expect(first).toEqual({ taken: 1, failed: 0, nextDueAt: after(60_000) });
  });

  test('stays when its reaction throws, later each time, without its effect and without holding up the others', async () => {
    await schedule('bad', after(-10));
    await schedule('good', noon);
    const react = async ({ key }: DueItem, tx: { sql: (text: string, values?: unknown[]) => Promise<unknown> }): Promise<void> => {
      await tx.sql(`insert into {schema}."thing" ("id", "name") values (gen_random_uuid(), $1)`, [`due-${key}`]);
      if (key === 'bad') throw new Error('not yet');
    };

    const result = await db.takeDue({ kind: 'expiry', now: noon, limit: 10 }, react);

    expect(result).toEqual({ taken: 1, failed: 1, nextDueAt: after(1_000) });
    const again = await db.takeDue({ kind: 'expiry', now: after(1_000), limit: 10 }, react);
    expect(again).toEqual({ taken: 0, failed: 1, nextDueAt: after(3_000) });
    expect(await db.sql(domainId, `select "name" from {schema}."thing" where "name" like 'due-%'`)).toEqual([{ name: 'due-good' }]);
  });

  test('may belong to the platform', async () => {
    await db.platformTransaction((tx) => tx.schedule({ kind: 'sweep', key: 'all', dueAt: noon }));
    const seen: string[] = [];

    await db.takeDue({ kind: 'sweep', now: noon, limit: 1 }, async (item, tx) => {
      seen.push(item.domainId);
      await tx.sql('select from {platform}."tenant"');
    });

    expect(seen).toEqual(['_']);
  });

  test('is tried again soon after an outage, however long that was', async () => {
    await schedule('away', noon);
    const react = async (): Promise<void> => {
      throw new ServiceError('UNAVAILABLE');
    };
    let now = noon;

    for (let turn = 0; turn < 10; turn += 1) {
      const { failed, nextDueAt } = await db.takeDue({ kind: 'expiry', now, limit: 1 }, react);
      expect(failed).toBe(1);
      expect((nextDueAt?.getTime() ?? 0) - now.getTime()).toBeLessThanOrEqual(5_000);
      now = nextDueAt ?? now;
    }
  });

  test('is handed out together, each to one of many, and answers what is due next', async () => {
    for (let index = 0; index < 60; index += 1) await schedule(`job ${index}`, noon);
    const seen: string[] = [];
    const react = async ({ kind, key }: DueItem) => {
      seen.push(key);
      if (key === 'job 7') throw new Error('not yet');
      return key === 'job 8' ? null : { kind, key, dueAt: after(60_000), payload: { again: true } };
    };
    const take = { kind: 'expiry', limit: 10 };

    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => (turn % 2 ? db : other).takeDueTogether({ ...take, now: noon }, react)),
    );

    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(new Set(seen).size).toBe(60);
    const rows = await db.platformSql<{ key: string; attempts: number; dueAt: Date; payload: unknown }>(
      `select "key", "attempts", "dueAt", "payload" from {platform}."due" where "kind" = 'expiry' and "domainId" = $1`,
      [domainId],
    );
    expect(rows).toHaveLength(59);
    const bad = { key: 'job 7', attempts: 1, dueAt: after(1_000), payload: {} };
    for (const row of rows)
      expect(row).toEqual(row.key === 'job 7' ? bad : { key: row.key, attempts: 0, dueAt: after(60_000), payload: { again: true } });
  });
});
