import { act } from './actions.ts';
import { type EventNumber, openConnection } from './connection.ts';
import { followPlan } from './plan.ts';
import { openStage, type Stage } from './stage.ts';
import { createWorld, onlinePlayers, playerOf, type SimulatedPlayer } from './world.ts';

export interface SimulationOptions {
  /** Of the connectors' WebSocket, such as `ws://127.0.0.1:3004`. */
  readonly url: string;
  readonly identityToken: string;
  readonly registrationToken: string;
  /** Used only where Takaro makes the game server. @default the identity token */
  readonly name?: string;
  /** The same seed makes the same world and plan. @default 1 */
  readonly seed?: number;
  /** So many items are listed besides those that players can hold. @default 0 */
  readonly clutter?: number;
  /** Names of those who are on the server from the start. @default none */
  readonly players?: readonly string[];
  /** Gets what players see, one line each. @default nobody */
  readonly log?: (line: string) => void;
  /** False: as connectors that know nothing of acknowledgements, which take the pong as a receipt. @default true */
  readonly asksForAcks?: boolean;
  /** Hears of every event that is reported. @default nobody */
  readonly onReport?: (event: ReportedEvent) => void;
  /** `demo`: the players act by themselves. @default quiet */
  readonly plan?: 'demo' | 'quiet';
}

export interface ReportedEvent extends EventNumber {
  readonly type: string;
}

type Play = Pick<Stage, 'join' | 'leave' | 'say' | 'die' | 'slay' | 'waitForMessage'>;

/** A game server to watch and to drive. What happens is reported at once, or as soon as the connection is back. */
export interface SimulatedGameServer extends Play, AsyncDisposable {
  /** Settles when Takaro has let it in, with the id that it got. */
  identified(): Promise<string>;
  /** Settles when everything reported so far is durably accepted by Takaro. */
  confirmed(): Promise<void>;
  /** Reports a line of the game's own log. */
  logLine(text: string): void;
  player(name: string): SimulatedPlayer;
  playersOnline(): readonly SimulatedPlayer[];
  /** As the game's own admin does, without Takaro. */
  ban(name: string, reason: string): void;
  /** From now on each event is sent this many times, as by a connector that is not sure. */
  repeatEvents(times: number): void;
  /** Cuts the line; the server connects again by itself. */
  cutConnection(): void;
}

export function startSimulatedGameServer(options: SimulationOptions): SimulatedGameServer {
  const { log = () => undefined, seed = 1, players = [] } = options;
  const world = createWorld(seed, options.clutter);
  let identity = Promise.withResolvers<string>();

  const connection = openConnection(options, {
    onRequest: (action, args) => act(world, action, args, { ...stage, shutDown }),
    onIdentified: (gameServerId) => {
      log(`[game] connected to Takaro as ${gameServerId}`);
      identity.resolve(gameServerId);
    },
    onLost: (reason) => {
      identity = Promise.withResolvers();
      log(`[game] lost Takaro (${reason}), trying again`);
    },
    onRefused: (message) => log(`[game] Takaro says: ${message}`),
  });
  const report = (type: string, event: object): void => {
    const number = connection.send(type, { ...event, timestamp: new Date().toISOString() });
    options.onReport?.({ type, ...number });
  };
  const stage = openStage({ world, log, report });

  function shutDown(): void {
    log('[game] shutting down and starting again');
    for (const { name } of onlinePlayers(world)) stage.leave(name);
    setImmediate(() => connection.restart());
  }

  for (const name of players) stage.join(name);
  const plan =
    options.plan === 'demo' ? followPlan({ ...stage, isOnline: (name) => playerOf(world, name).online }, players, seed) : undefined;
  return {
    ...stage,
    identified: () => identity.promise,
    confirmed: () => connection.confirm(),
    logLine: (text) => report('log', { msg: text }),
    player: (name) => playerOf(world, name),
    playersOnline: () => onlinePlayers(world),
    ban: (name, reason) => {
      const { gameId, online } = playerOf(world, name);
      world.bans.set(gameId, { gameId, reason, expiresAt: null });
      if (online) stage.kick(name, reason);
    },
    repeatEvents: (times) => connection.repeat(times),
    cutConnection: () => connection.cut(),
    [Symbol.asyncDispose]: async () => {
      plan?.[Symbol.dispose]();
      connection.close();
    },
  };
}
