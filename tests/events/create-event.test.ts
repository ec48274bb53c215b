import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { STORED_EVENT_NAMES, type StoredEventName } from '@takaro/contracts/events/names';
import { createEvent, getEvent } from '@takaro/contracts/events/rest';
import { newId } from '@takaro/contracts/ids';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { countRows, startEventsUnderTest } from './events-world.ts';

const test = worldTest(startEventsUnderTest);

type Input = NonNullable<(typeof createEvent)['types']> extends (input: infer In) => unknown ? In : never;

const create = async (world: World, domain: TestDomain, input: Input, token?: string) => {
  const gateway = await world.busFor('gateway');
  return gateway.call(createEvent, input, { domainId: domain.id, token: token ?? (await world.tokens.user(domain.id, ['MANAGE_EVENTS'])) });
};

/** What the stream carries of a domain from now on. */
async function hear(world: World, domain: TestDomain) {
  const nats = await world.natsFor('setup');
  const heard: EventEnvelope[] = [];
  nats.subscribe(`event.${domain.id}.>`, { callback: (_error, message) => void heard.push(message.json<EventEnvelope>()) });
  await nats.flush();
  return heard;
}

const CHAT = { eventName: 'chat-message', meta: { msg: 'hello', channel: 'global' } } as const;

describe('an event that is written by hand', () => {
  test('is in the history when it is answered, once, and everybody is told', async ({ world, domain }) => {
    const heard = await hear(world, domain);
    const [userId, gameserverId, playerId, moduleId] = [newId(), newId(), newId(), newId()];
    const token = await world.tokens.user(domain.id, ['MANAGE_EVENTS', 'READ_EVENTS'], userId);
    const forged = { actingUserId: newId(), actingModuleId: newId() };

    const created = await create(world, domain, { ...CHAT, ...forged, gameserverId, playerId, moduleId }, token);

    expect(created).toEqual({
      eventName: 'chat-message',
      gameserverId,
      playerId,
      moduleId,
      userId: null,
      actingUserId: userId,
      actingModuleId: null,
      meta: { ...CHAT.meta, timestamp: created.createdAt },
      id: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: created.createdAt,
    });
    const gateway = await world.busFor('gateway');
    expect(await gateway.call(getEvent, { id: created.id }, { domainId: domain.id, token })).toEqual(created);
    await expect
      .poll(() => heard)
      .toEqual([expect.objectContaining({ id: created.id, gameServerId: gameserverId, byHand: true, depth: 0 })]);
    expect(await countRows(world, domain)).toBe(1);
  });

  test('names the module that a function acts for, and is one deeper than what made it run', async ({ world, domain }) => {
    const heard = await hear(world, domain);
    const moduleId = newId();

    const created = await create(world, domain, CHAT, await world.tokens.execution(domain.id, { moduleId, depth: 2 }));

    expect(created).toMatchObject({ actingModuleId: moduleId, actingUserId: null });
    await expect.poll(() => heard).toEqual([expect.objectContaining({ actingModuleId: moduleId, depth: 3 })]);
  });

  test.for([
    ['without what its kind says', { eventName: 'chat-message' }],
    ['with a field of the wrong kind', { eventName: 'chat-message', meta: { msg: 'x', channel: 'shouting' } }],
    ['that is too large to travel', { eventName: 'chat-message', meta: { msg: 'x'.repeat(140_000), channel: 'global' } }],
  ] as const)('%s is refused and not kept', async ([, input], { world, domain }) => {
    await expect(create(world, domain, input)).rejects.toMatchObject({
      code: 'META_INVALID',
      details: expect.arrayContaining([expect.objectContaining({ property: expect.stringMatching(/^meta(\.msg|\.channel)?$/) })]),
    });

    expect(await countRows(world, domain)).toBe(0);
  });

  test('may be of each of the 40 kinds, and says only when where its kind has nothing to say', async ({ world, domain }) => {
    for (const eventName of STORED_EVENT_NAMES) {
      const said = await create(world, domain, { eventName }).then(
        ({ meta }) => meta,
        (error: unknown) => Reflect.get(Object(error), 'code'),
      );
      expect(['META_INVALID', null, { timestamp: expect.any(String) }], eventName).toContainEqual(said);
    }
    const metaOf = async (eventName: StoredEventName) => (await create(world, domain, { eventName })).meta;
    expect(await metaOf('gameserver-created')).toEqual({ timestamp: expect.any(String) });
    expect(await metaOf('player-created')).toBeNull();
  });
});
