import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './child.ts';
import { openDemoDomain, type DemoDomain, signIn } from './demo-domain.ts';
import { findGameServer, openDemoModule, openInstallation, PONG } from './demo-module.ts';
import { freePort, isFree } from './ports.ts';
import { createRestClient, type RestClient } from './rest-client.ts';
import { startProgram } from './supervisor.ts';

const IDENTITY_TOKEN = 'demo-server';
const PLAYER = 'Alice';
const POLL_MS = 100;
/** A `/ping` is typed again when it was not answered within this time. */
const PATIENCE_MS = 10_000;

export interface DemoOptions {
  readonly apiUrl: string;
  readonly connectorsUrl: string;
  readonly adminSecret: string;
  readonly stateFile: string;
  readonly passwordFile: string;
  /** Where the simulated game server takes orders of what players say. */
  readonly controlPort: number;
  /** Lines of the game as players see it, and of the demo. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Demo extends AsyncDisposable {
  readonly domain: DemoDomain;
  readonly controlUrl: string;
}

const startGame = (options: DemoOptions, { registrationToken }: DemoDomain, onLine: (line: string) => void): Promise<Child> =>
  startProgram('game', 'packages/testing/src/simulated-game-server/main.ts', {
    env: {
      ...process.env,
      TAKARO_SIMULATOR_URL: options.connectorsUrl,
      TAKARO_SIMULATOR_IDENTITY_TOKEN: IDENTITY_TOKEN,
      TAKARO_SIMULATOR_REGISTRATION_TOKEN: registrationToken,
      TAKARO_SIMULATOR_NAME: 'Demo server',
      TAKARO_SIMULATOR_SEED: '1',
      TAKARO_SIMULATOR_CONTROL_PORT: String(options.controlPort),
    },
    log: onLine,
    restart: true,
  });

const waitFor = async <T>(find: () => Promise<T | undefined>, what: string, signal: AbortSignal): Promise<T> => {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += POLL_MS) {
    const found = await find();
    if (found !== undefined) return found;
    await delay(POLL_MS, undefined, { signal });
  }
  throw new Error(`${what} did not come within a minute`);
};

const say = async (controlUrl: string, text: string): Promise<void> => {
  const body = JSON.stringify({ player: PLAYER, text });
  await fetch(`${controlUrl}/say`, { method: 'POST', body, signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
};

/** A player types `/ping` until it was answered: the bus and the caches are new, and the first may come before the installation. */
const untilAnswered = async (options: DemoOptions, controlUrl: string, answered: () => boolean): Promise<void> => {
  while (!answered()) {
    await say(controlUrl, '/ping');
    for (let waitedMs = 0; !answered() && waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
      await delay(POLL_MS, undefined, { signal: options.signal });
    }
  }
};

const furnish = async (root: RestClient, signal: AbortSignal): Promise<void> => {
  const module = await openDemoModule(root);
  const gameServerId = await waitFor(() => findGameServer(root, IDENTITY_TOKEN), 'The simulated game server', signal);
  await openInstallation(root, module, gameServerId);
};

/**
 * A domain of its own with a module, a command `/ping` and a simulated game server on which players live. Prints
 * `demo: /ping was answered with "<text>"` once. Safe to repeat: what an earlier start made is used again.
 */
export const startDemo = async (options: DemoOptions): Promise<Demo> => {
  const api = createRestClient(options.apiUrl);
  const domain = await openDemoDomain(api.as({ 'x-takaro-admin-token': options.adminSecret }), options);
  const root = await signIn(api, domain);
  let answer: string | undefined;
  const game = await startGame(options, domain, (line) => {
    options.log(line);
    const pong = PONG.exec(line)?.[1];
    if (pong === undefined || answer !== undefined) return;
    answer = pong;
    options.log(`demo: /ping was answered with "${pong}"`);
  });
  try {
    await furnish(root, options.signal);
    const controlUrl = `http://127.0.0.1:${options.controlPort}`;
    await untilAnswered(options, controlUrl, () => answer !== undefined);
    return { domain, controlUrl, [Symbol.asyncDispose]: () => game[Symbol.asyncDispose]() };
  } catch (error) {
    await game[Symbol.asyncDispose]();
    throw error;
  }
};

/** The port after the one of the connectors if it is free, so that it is the same at every start. */
export const controlPortAfter = async (connectorsPort: number): Promise<number> =>
  connectorsPort < 65_535 && (await isFree(connectorsPort + 1)) ? connectorsPort + 1 : freePort();
