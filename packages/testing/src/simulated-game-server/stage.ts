import type { SeenMessage, SimulatedPlayer, World } from './world.ts';
import { describe, isBanned, onlinePlayers, playerOf } from './world.ts';

interface StageOptions {
  readonly world: World;
  readonly log: (line: string) => void;
  /** Tells Takaro. */
  readonly report: (type: string, event: object) => void;
}

interface WaitOptions {
  /** @default 10000 */
  readonly timeoutMs?: number | undefined;
  /** Leaves out this many of the messages that the player saw first. @default 0 */
  readonly after?: number | undefined;
}

/** What players do and see. Whoever is not online can do nothing: an Error says so. */
export interface Stage {
  /** @throws Error when the player is banned */
  join(name: string): SimulatedPlayer;
  leave(name: string): void;
  say(name: string, text: string, channel?: string): void;
  die(name: string, attacker?: string): void;
  slay(name: string, entity: string, weapon: string): void;
  kick(name: string, reason: string): void;
  broadcast(text: string): void;
  whisper(name: string, text: string): void;
  /** Waits for a message on the player's screen, one seen earlier included. @throws Error after `timeoutMs` */
  waitForMessage(name: string, wanted: string | RegExp, options?: WaitOptions): Promise<SeenMessage>;
}

/** A screen holds this many messages. */
const SCREEN_LINES = 1_000;

export function openStage({ world, log, report }: StageOptions): Stage {
  const screens = openScreens(world);

  const active = (name: string): SimulatedPlayer => {
    const player = playerOf(world, name);
    if (!player.online) throw new Error(`${name} is not online`);
    return player;
  };

  const stage: Stage = {
    join(name) {
      const player = playerOf(world, name);
      if (isBanned(world, player.gameId, Date.now())) throw new Error(`${name} is banned`);
      if (player.online) return player;
      player.online = true;
      log(`[game] ${name} joined`);
      report('player-connected', { player: describe(player) });
      return player;
    },
    leave(name) {
      const player = active(name);
      player.online = false;
      log(`[game] ${name} left`);
      report('player-disconnected', { player: describe(player) });
    },
    say(name, text, channel = 'global') {
      const player = active(name);
      log(`[game] ${name}: ${text}`);
      screens.show(onlinePlayers(world), { text, from: name, whisper: false });
      report('chat-message', { player: describe(player), channel, msg: text });
    },
    die(name, attacker) {
      const player = active(name);
      player.deaths += 1;
      log(`[game] ${name} died${attacker === undefined ? '' : `, killed by ${attacker}`}`);
      const killer = attacker === undefined ? {} : { attacker: describe(playerOf(world, attacker)) };
      report('player-death', { player: describe(player), position: player.position, ...killer });
    },
    slay(name, entity, weapon) {
      const player = active(name);
      log(`[game] ${name} killed a ${entity} with a ${weapon}`);
      report('entity-killed', { player: describe(player), entity, weapon });
    },
    kick(name, reason) {
      stage.whisper(name, `You were kicked: ${reason}`);
      stage.leave(name);
    },
    broadcast(text) {
      log(`[game] Server: ${text}`);
      screens.show(onlinePlayers(world), { text, from: null, whisper: false });
    },
    whisper(name, text) {
      log(`[game] (to ${name}) ${text}`);
      screens.show([playerOf(world, name)], { text, from: null, whisper: true });
    },
    waitForMessage: (name, wanted, options) => screens.waitForMessage(name, wanted, options),
  };
  return stage;
}

/** What each player has on the screen, and whoever waits for something to appear there. */
function openScreens(world: World) {
  const watchers = new Set<() => void>();

  return {
    show(players: readonly SimulatedPlayer[], message: SeenMessage): void {
      for (const { seen } of players) {
        seen.push(message);
        if (seen.length > SCREEN_LINES) seen.shift();
      }
      for (const look of watchers) look();
    },
    waitForMessage(name: string, wanted: string | RegExp, { timeoutMs = 10_000, after = 0 }: WaitOptions = {}): Promise<SeenMessage> {
      const { promise, resolve, reject } = Promise.withResolvers<SeenMessage>();
      const isWanted = ({ text }: SeenMessage): boolean => (typeof wanted === 'string' ? text === wanted : wanted.test(text));
      const look = (): void => {
        const found = playerOf(world, name).seen.slice(after).find(isWanted);
        if (found) finish(() => resolve(found));
      };
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        watchers.delete(look);
        settle();
      };
      const timer = setTimeout(
        () => finish(() => reject(new Error(`${name} did not see ${String(wanted)} within ${timeoutMs} ms`))),
        timeoutMs,
      );
      watchers.add(look);
      look();
      return promise;
    },
  };
}
