import { createDomain, createToken } from '@takaro/contracts/tenancy/domains';
import { createRestClient, type RestClient } from '@takaro/infra/local/rest-client';
import { type ReportedEvent, type SimulatedGameServer, startSimulatedGameServer } from './simulated-game-server/simulate.ts';
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
const GENEROUS = { maxGameservers: 10, maxVariables: 100_000, rateLimitPoints: 1_000_000_000, rateLimitDuration: 1_000 };

interface Watchers {
  readonly log?: (line: string) => void;
  readonly onReport?: (event: ReportedEvent) => void;
}

export async function openCommunity(
  { admin, apiUrl, connectorsUrl }: System,
  name: string,
  players: readonly string[],
  /** `log` gets what players see, one line each. */
  { log = () => undefined, onReport = () => undefined }: Watchers = {},
): Promise<Community> {
  await using opening = new AsyncDisposableStack();
  const { createdDomain, rootUser, password } = await admin.call(createDomain, { name, ...GENEROUS });
  const { token } = await admin.call(createToken, { domainId: createdDomain.id });
  const root = createRestClient(apiUrl, { 'x-takaro-token': token });
  const registrationToken = createdDomain.serverRegistrationToken ?? '';
  const game = opening.use(
    startSimulatedGameServer({ url: connectorsUrl, identityToken: name, registrationToken, players, log, onReport }),
  );
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
