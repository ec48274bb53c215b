import { searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { createCommand } from '@takaro/contracts/modules/commands';
import { createHook } from '@takaro/contracts/modules/hooks';
import { installModule } from '@takaro/contracts/modules/installations';
import { createModule } from '@takaro/contracts/modules/modules';
import { createDomain, createToken } from '@takaro/contracts/tenancy/domains';
import { createRestClient, type RestClient } from '@takaro/infra/local/rest-client';
import { type SimulatedGameServer, startSimulatedGameServer } from '@takaro/testing/simulated-game-server/simulate';
import type { System } from './system.ts';

/** A domain with one simulated game server on which one module is installed. */
export interface Community extends AsyncDisposable {
  readonly domainId: string;
  readonly gameServerId: string;
  readonly root: RestClient;
  readonly game: SimulatedGameServer;
}

/** Answers in the game, with the item that was asked for. */
const PING = `import { data } from '@takaro/helpers';
await data.player.pm('pong ' + data.arguments.item);
`;

/** Does nothing but say which item it was. */
const NO_OP = `import { data } from '@takaro/helpers';
console.log('item ' + data.eventData.msg);
`;

/** The limits of a domain are not what is measured. */
const GENEROUS = { maxGameservers: 10, rateLimitPoints: 1_000_000_000, rateLimitDuration: 1_000 };

export async function openCommunity(
  { admin, apiUrl, connectorsUrl }: System,
  name: string,
  players: readonly string[],
): Promise<Community> {
  await using opening = new AsyncDisposableStack();
  const { createdDomain } = await admin.call(createDomain, { name, ...GENEROUS });
  const { token } = await admin.call(createToken, { domainId: createdDomain.id });
  const root = createRestClient(apiUrl, { 'x-takaro-token': token });
  const game = opening.use(
    startSimulatedGameServer({
      url: connectorsUrl,
      identityToken: name,
      registrationToken: createdDomain.serverRegistrationToken ?? '',
      players,
    }),
  );
  const gameServerId = await game.identified();
  await game.confirmed();
  await root.call(searchGameServers, {});

  const module = await root.call(createModule, { name: 'bench' });
  const versionId = module.latestVersion.id;
  await root.call(createCommand, {
    versionId,
    name: 'ping',
    trigger: 'ping',
    function: PING,
    arguments: [{ name: 'item', type: 'string', position: 0 }],
  });
  await root.call(createHook, { versionId, name: 'noop', regex: '^item', eventType: 'player-death', function: NO_OP });
  await root.call(installModule, { versionId, gameServerId });
  const running = opening.move();
  return { domainId: createdDomain.id, gameServerId, root, game, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
