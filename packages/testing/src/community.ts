import { createDomain, createToken } from '@takaro/contracts/tenancy/domains';
import { createRestClient, type RestClient } from '@takaro/infra/local/rest-client';
import { type SimulatedGameServer, startSimulatedGameServer } from './simulated-game-server/simulate.ts';
import type { System } from './system.ts';

/** A domain with one simulated game server, made and driven from outside only. */
export interface Community extends AsyncDisposable {
  readonly domainId: string;
  readonly gameServerId: string;
  /** Of the root user, for `x-takaro-token`. */
  readonly apiToken: string;
  /** How the root user signs in. */
  readonly signIn: { readonly username: string; readonly password: string };
  /** The API as the root user sees it. */
  readonly root: RestClient;
  readonly game: SimulatedGameServer;
}

/** The limits of a domain are not what is looked at. */
const GENEROUS = { maxGameservers: 10, rateLimitPoints: 1_000_000_000, rateLimitDuration: 1_000 };

export async function openCommunity(
  { admin, apiUrl, connectorsUrl }: System,
  name: string,
  players: readonly string[],
  /** Gets what players see, one line each. */
  log: (line: string) => void = () => undefined,
): Promise<Community> {
  await using opening = new AsyncDisposableStack();
  const { createdDomain, rootUser, password } = await admin.call(createDomain, { name, ...GENEROUS });
  const { token } = await admin.call(createToken, { domainId: createdDomain.id });
  const root = createRestClient(apiUrl, { 'x-takaro-token': token });
  const registrationToken = createdDomain.serverRegistrationToken ?? '';
  const game = opening.use(startSimulatedGameServer({ url: connectorsUrl, identityToken: name, registrationToken, players, log }));
  const gameServerId = await game.identified();
  await game.confirmed();
  const running = opening.move();
  return {
    domainId: createdDomain.id,
    gameServerId,
    apiToken: token,
    signIn: { username: rootUser.email, password },
    root,
    game,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
