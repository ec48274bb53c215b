import { GameRefusal, give, onlinePlayers, playerOf, type World } from './world.ts';

/** What the console can do besides reading the world. */
export interface ConsoleEffects {
  readonly broadcast: (text: string) => void;
  readonly kick: (name: string, reason: string) => void;
}

interface ConsoleResult {
  readonly rawResult: string;
  readonly success: boolean;
  readonly errorMessage?: string;
}

type Command = (world: World, words: readonly string[], effects: ConsoleEffects) => string;

const twoDigits = (value: number): string => String(value).padStart(2, '0');
const clockOf = ({ clockMinutes }: World): string => `${twoDigits(Math.floor(clockMinutes / 60))}:${twoDigits(clockMinutes % 60)}`;

const COMMANDS: Readonly<Record<string, Command>> = {
  help: () => `Commands: ${Object.keys(COMMANDS).join(', ')}`,
  players: (world) => {
    const online = onlinePlayers(world);
    return [`${online.length} online`, ...online.map(({ name, gameId }) => `${gameId} ${name}`)].join('\n');
  },
  say: (_world, words, { broadcast }) => {
    broadcast(words.join(' '));
    return 'Said';
  },
  time: (world, words) => {
    const minutes = words[0] === undefined ? world.clockMinutes : Number(words[0]);
    if (!Number.isInteger(minutes) || minutes < 0 || minutes > 1_439)
      throw new GameRefusal('The time is a number of minutes from 0 to 1439');
    world.clockMinutes = minutes;
    return `It is ${clockOf(world)}`;
  },
  give: (world, [name = '', code = '', amount = '1']) => {
    give(known(world, name), code, Number(amount));
    return `Gave ${amount} ${code} to ${name}`;
  },
  kick: (world, [name = '', ...reason], { kick }) => {
    kick(known(world, name).name, reason.join(' ') || 'Kicked from the console');
    return `Kicked ${name}`;
  },
};

const known = (world: World, name: string) => {
  if (!world.players.get(name)?.online) throw new GameRefusal(`No player ${name} is online`);
  return playerOf(world, name);
};

/** Runs one line as a person would type it on the server's console. */
export function runConsole(world: World, line: string, effects: ConsoleEffects): ConsoleResult {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!command) throw new GameRefusal(`Unknown command ${name}`);
    return { rawResult: command(world, words, effects), success: true };
  } catch (error) {
    if (!(error instanceof GameRefusal)) throw error;
    return { rawResult: '', success: false, errorMessage: error.message };
  }
}
