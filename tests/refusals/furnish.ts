import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import { searchPlayers } from '@takaro/contracts/players/rest';
import { ingestSubject } from '@takaro/contracts/subjects';
import type { World } from '@takaro/testing/world';
import { expect, vi } from 'vitest';

/** Puts something of every kind into a domain, through the services' own operations. */
export async function furnish(world: World, domainId: string): Promise<void> {
  const gateway = await world.busFor('gateway');
  const as = { domainId, token: await world.tokens.user(domainId) };
  const { id: gameServerId } = await gateway.call(createGameServer, { name: 'A server', type: 'MOCK', connectionInfo: '{}' }, as);
  await letPlayerIn(world, domainId, gameServerId);
  await vi.waitFor(async () => expect((await gateway.call(searchPlayers, {}, as)).total).toBe(1), { timeout: 10_000 });
}

async function letPlayerIn(world: World, domainId: string, gameServerId: string): Promise<void> {
  const connectors = await world.busFor('connectors');
  const now = new Date().toISOString();
  const meta = { player: { gameId: '1', name: 'Bob', steamId: '76561198000000001' } };
  const envelope: IngestEnvelope = { domainId, gameServerId, name: 'player-connected', receivedAt: now, gameTime: null, meta };
  await connectors.publish(ingestSubject(domainId, gameServerId, envelope.name), envelope, { msgId: newId() });
}
