import { HOOK_EVENT_NAMES, STORED_EVENT_NAMES } from '@takaro/contracts/events/names';
import { getEvent, searchEvents } from '@takaro/contracts/events/rest';
import { newId } from '@takaro/contracts/ids';
import type { SearchInput } from '@takaro/contracts/search';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { countDead, countRows, envelope, startEventsUnderTest, tell } from './events-world.ts';

const test = worldTest(startEventsUnderTest);

const search = async (world: World, domain: TestDomain, input: SearchInput) => {
  const bus = await world.busFor('gateway');
  return bus.call(searchEvents, input, { domainId: domain.id, token: await world.tokens.user(domain.id, ['READ_EVENTS']) });
};

const getOne = async (world: World, domain: TestDomain, id: string) => {
  const bus = await world.busFor('gateway');
  return bus.call(getEvent, { id }, { domainId: domain.id, token: await world.tokens.user(domain.id, ['READ_EVENTS']) });
};

describe('the history', () => {
  test('keeps an event as it is shown, from when it occurred', async ({ world, domain }) => {
    const ids = { playerId: newId(), moduleId: newId(), userId: newId(), actingUserId: newId(), actingModuleId: newId() };
    const event = envelope(domain, { ...ids, gameServerId: newId(), occurredAt: '2026-01-02T03:04:05.678Z' });

    await tell(world, [event]);

    await expect.poll(() => countRows(world, domain)).toBe(1);
    expect(await getOne(world, domain, event.id)).toEqual({
      id: event.id,
      eventName: 'chat-message',
      gameserverId: event.gameServerId,
      ...ids,
      meta: { msg: 'x', channel: 'global' },
      createdAt: '2026-01-02T03:04:05.678Z',
      updatedAt: '2026-01-02T03:04:05.678Z',
    });
  });

  test('keeps each of the 40 kinds, and no others', async ({ world, domain }) => {
    const others = ['log', 'discord-message', 'domain-updated'];

    await tell(
      world,
      [...others, ...HOOK_EVENT_NAMES].map((name) => envelope(domain, { name })),
    );

    await expect.poll(() => countRows(world, domain)).toBe(40);
    const { rows } = await search(world, domain, {});
    expect(new Set(rows.map(({ eventName }) => eventName))).toEqual(new Set(STORED_EVENT_NAMES));
  });

  test('keeps an event once that is told twice, at once or later', async ({ world, domain }) => {
    const [once, again, marker] = [envelope(domain), envelope(domain), envelope(domain, { name: 'module-created' })];

    await tell(world, [once, once, again]);
    await expect.poll(() => countRows(world, domain)).toBe(2);
    await tell(world, [{ ...again, meta: { msg: 'forged', channel: 'global' } }]);
    await tell(world, [marker]);

    await expect.poll(() => getOne(world, domain, marker.id).catch(() => null)).not.toBeNull();
    expect(await countRows(world, domain)).toBe(3);
    expect((await getOne(world, domain, again.id)).meta).toMatchObject({ msg: 'x' });
    expect(await countDead(world, domain)).toBe(0);
  });

  test('shows null where an event says nothing but when it happened', async ({ world, domain }) => {
    const [timestamp, occurredAt] = [new Date().toISOString(), new Date().toISOString()];
    const events = [null, {}, { timestamp }].map((meta) => envelope(domain, { name: 'player-connected', meta, occurredAt }));

    await tell(world, events);

    await expect.poll(() => countRows(world, domain)).toBe(3);
    expect((await search(world, domain, {})).rows.map(({ meta }) => meta)).toEqual([null, null, null]);
  });

  test('keeps what is good of a batch in which one is refused', async ({ world, domain, otherDomain }) => {
    const good = Array.from({ length: 20 }, () => envelope(domain));
    const odd = envelope(domain, { meta: { msg: 'nul\u0000byte', channel: 'global' } });
    // Dates beyond what PostgreSQL keeps pass the schema.
    const refused = envelope(domain, { playerId: newId(), occurredAt: '0000-01-01T00:00:00.000Z' });
    const foreign = { ...envelope(domain), domainId: otherDomain.id };

    await tell(world, [...good.slice(0, 10), odd, refused, ...good.slice(10)]);
    const bus = await world.busFor('players');
    await bus.publish(`event.${domain.id}.0._.chat-message`, foreign, { msgId: newId() });

    await expect.poll(() => countRows(world, domain)).toBe(21);
    await expect.poll(() => countDead(world, domain)).toBe(2);
    expect((await getOne(world, domain, odd.id)).meta).toMatchObject({ msg: 'nulbyte' });
    expect(await countRows(world, otherDomain)).toBe(0);
  });

  test('takes two thousand events in one go', async ({ world, domain }) => {
    await tell(
      world,
      Array.from({ length: 2_000 }, () => envelope(domain, { gameServerId: newId() })),
    );

    await expect.poll(() => countRows(world, domain), { timeout: 20_000 }).toBe(2_000);
  });
});

describe('asking for events', () => {
  test('finds them by name, by whom they are about and when they were', async ({ world, domain, otherDomain }) => {
    const [playerId, gameServerId] = [newId(), newId()];
    const at = (hour: number): string => `2026-01-01T0${hour}:00:00.000Z`;
    const events = [
      envelope(domain, { occurredAt: at(1), playerId, gameServerId }),
      envelope(domain, { occurredAt: at(2), playerId, name: 'player-death' }),
      envelope(domain, { occurredAt: at(3), gameServerId, name: 'module-created' }),
    ];
    await tell(world, [...events, envelope(otherDomain, { playerId })]);
    await expect.poll(() => countRows(world, domain)).toBe(3);
    const hours = async (input: SearchInput): Promise<number[]> =>
      (await search(world, domain, { sortBy: 'createdAt', ...input })).rows.map(({ createdAt }) => new Date(createdAt).getUTCHours());

    expect(await hours({ filters: { playerId: [playerId] } })).toEqual([1, 2]);
    expect(await hours({ filters: { gameserverId: [gameServerId], eventName: ['module-created'] } })).toEqual([3]);
    expect(await hours({ filters: { eventName: ['chat-message', 'player-death'] }, sortDirection: 'desc' })).toEqual([2, 1]);
    expect(await hours({ filters: { moduleId: ['null'] }, greaterThan: { createdAt: at(2) } })).toEqual([2, 3]);
    expect(await search(world, domain, { sortBy: 'createdAt', limit: 1, page: 1 })).toMatchObject({ page: 1, limit: 1, total: 3 });
  });

  test('refuses names, spellings and columns that do not exist', async ({ world, domain }) => {
    const refused = { code: 'INVALID_MESSAGE' };

    await expect(search(world, domain, { filters: { eventName: ['sneezed'] } })).rejects.toMatchObject(refused);
    await expect(search(world, domain, { filters: { gameServerId: [newId()] } })).rejects.toMatchObject(refused);
    await expect(search(world, domain, { search: { eventName: ['x'] } })).rejects.toMatchObject(refused);
    await expect(search(world, domain, { sortBy: 'nope' })).rejects.toMatchObject(refused);
  });

  test('does not find what is not there or is of another domain', async ({ world, domain, otherDomain }) => {
    const foreign = envelope(otherDomain);
    await tell(world, [foreign]);
    await expect.poll(() => countRows(world, otherDomain)).toBe(1);

    for (const id of [newId(), foreign.id]) {
      await expect(getOne(world, domain, id)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND', message: `Event with id ${id} not found` });
    }
  });
});
