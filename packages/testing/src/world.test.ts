import { jetstream } from '@nats-io/jetstream';
import { newId } from '@takaro/contracts/ids';
import { getPlayersByIds } from '@takaro/contracts/players/internal';
import { describe, expect } from 'vitest';
import { worldTest } from './world-test.ts';
import { openWorld } from './world.ts';

const test = worldTest(async (world) => {
  await world.neighbours('players');
});

describe('a world', () => {
  test('neither hears nor reaches what is in another', async ({ world }) => {
    await using other = await openWorld();
    const heard: string[] = [];
    const tap = await other.natsFor('setup');
    tap.subscribe('>', { callback: (_error, message) => void heard.push(message.subject) });
    await tap.flush();

    await jetstream(await world.natsFor('connectors')).publish('ingest.mine.0.g.chat-message', '{}');
    await jetstream(await other.natsFor('connectors')).publish('ingest.theirs.0.g.chat-message', '{}');

    await tap.flush();
    expect(heard.filter((subject) => subject.startsWith('ingest'))).toEqual(['ingest.theirs.0.g.chat-message']);
    expect(await other.adminSql(`select from pg_namespace where nspname like 'domain_%'`)).toEqual([]);
  });

  test('has domains with the tables of all services', async ({ world, domain, otherDomain }) => {
    const rows = await world.adminSql<{ schema: string }>(`select nspname as "schema" from pg_namespace where nspname like 'domain_%'`);

    expect(rows.map(({ schema }) => schema)).toEqual(expect.arrayContaining([`domain_${domain.id}`, `domain_${otherDomain.id}`]));
  });

  test('answers for a service that is not started', async ({ world, domain }) => {
    const gateway = await world.busFor('gateway');
    const token = await world.tokens.user(domain.id);

    const answer = await gateway.call(getPlayersByIds, { ids: [newId()] }, { domainId: domain.id, token });

    expect(answer).toBeDefined();
  });
});
