import { createVariable } from '@takaro/contracts/modules/variables';
import type { RestClient } from '@takaro/infra/local/rest-client';
import { pick, seededRandom } from '@takaro/testing/simulated-game-server/random';
import type { SimulatedGameServer } from '@takaro/testing/simulated-game-server/simulate';

/** Per second, in one town. */
export interface Pace {
  /** What makes a function run, each with a mark of its own. */
  readonly commands: number;
  /** What else happens in a game: chats, comings and goings, deaths, kills, lines of its log. */
  readonly others: number;
  /** Variables that somebody writes through the API. */
  readonly requests: number;
}

export const CITIZENS = ['Alice', 'Bob', 'Carol'];
/** They come and go while the others talk. */
export const WANDERERS = ['Wendy', 'Wanda', 'Will', 'Walter'];

const TICK_MS = 20;
const LINES = ['hello everybody', 'anyone near the river?', 'nice base', 'who took my wood?', 'brb', 'good fight'];

/** Something that happens in a game and makes no function run. */
function happen(game: SimulatedGameServer, random: () => number): void {
  const luck = random();
  const citizen = pick(random, CITIZENS);
  if (luck < 0.5) game.say(citizen, pick(random, LINES));
  else if (luck < 0.7) comeOrGo(game, pick(random, WANDERERS));
  else if (luck < 0.8) game.die(citizen);
  else if (luck < 0.9) game.slay(citizen, 'zombie', 'axe');
  else game.logLine(`INF Time: ${luck} FPS: 60`);
}

const comeOrGo = (game: SimulatedGameServer, name: string): void => void (game.player(name).online ? game.leave(name) : game.join(name));

/** Does something so often a second, evenly, however late its timer is. */
function pace(perSecond: number, act: () => void): Disposable {
  const from = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const wanted = ((performance.now() - from) * perSecond) / 1_000;
    for (; done < wanted; done += 1) act();
  }, TICK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

export interface LoadParts {
  readonly game: SimulatedGameServer;
  readonly seed: number;
  readonly sayCommand: () => void;
  readonly write: () => void;
}

/** Goes on until it is disposed. */
export function startLoad({ game, seed, sayCommand, write }: LoadParts, { commands, others, requests }: Pace): Disposable {
  const random = seededRandom(seed);
  const running = new DisposableStack();
  running.use(pace(commands, sayCommand));
  running.use(pace(others, () => happen(game, random)));
  running.use(pace(requests, write));
  return running;
}

/** Writes variables through the API: what was answered with success is accepted. */
export class Clerk {
  readonly accepted: string[] = [];
  readonly tried: string[] = [];
  readonly #root: RestClient;
  readonly #underWay = new Set<Promise<void>>();

  constructor(root: RestClient) {
    this.#root = root;
  }

  write(key: string): void {
    this.tried.push(key);
    const work = this.#root
      .call(createVariable, { key, value: key })
      .then(
        () => void this.accepted.push(key),
        () => undefined, // refused or unanswered: it may be there or not
      )
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
