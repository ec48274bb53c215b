import { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import type { World } from '@takaro/testing/world';

/** Puts something of every kind into a domain, through the services' own operations. */
export async function furnish(world: World, domainId: string): Promise<void> {
  const gateway = await world.busFor('gateway');
  const as = { domainId, token: await world.tokens.user(domainId) };
  await gateway.call(createGameServer, { name: 'A server', type: 'MOCK', connectionInfo: '{}' }, as);
}
