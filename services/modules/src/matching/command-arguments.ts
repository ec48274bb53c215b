import type { CommandArgument } from './tenant-modules.ts';

/** Who a text means among the players of a game server; at most two are answered. */
export type FindPlayers = (text: string) => Promise<readonly unknown[]>;

export type ParsedArguments =
  | { readonly values: Readonly<Record<string, unknown>> }
  /** What the player is told. */
  | { readonly problem: string };

/**
 * Reads arguments by position. One that was not typed has its default, which is read like typed text; an empty default is none. The
 * first that cannot be read ends it. Of types that nobody knows nothing is read.
 */
export async function parseArguments(
  list: readonly CommandArgument[],
  tokens: readonly string[],
  findPlayers: FindPlayers,
): Promise<ParsedArguments> {
  const values: Record<string, unknown> = {};
  for (const [index, { name, type, defaultValue }] of list.entries()) {
    const text = tokens[index] ?? (defaultValue || null);
    if (text === null) return { problem: `You forgot to provide the '${name}' argument` };
    const read = await readArgument(name, type, text, findPlayers);
    if (typeof read === 'string') return { problem: read };
    if (read !== null) values[name] = read.value;
  }
  return { values };
}

type Read = { readonly value: unknown } | string | null;

async function readArgument(name: string, type: string, text: string, findPlayers: FindPlayers): Promise<Read> {
  if (type === 'string') return { value: text.replaceAll('"', '') };
  if (type === 'number') {
    const value = Number.parseInt(text, 10);
    return Number.isNaN(value) ? `The argument '${name}' should be a number` : { value };
  }
  if (type === 'boolean') {
    return text === 'true' || text === 'false' ? { value: text === 'true' } : `The argument '${name}' should be either 'true' or 'false'`;
  }
  return type === 'player' ? readPlayer(text, findPlayers) : null;
}

async function readPlayer(text: string, findPlayers: FindPlayers): Promise<Read> {
  const wanted = text.replaceAll('"', '');
  const found = wanted === '' ? [] : await findPlayers(wanted);
  if (found.length > 1) return `Multiple players found with the name or ID '${wanted}'. Please be more specific.`;
  const [player] = found;
  return player === undefined ? `No player found with the name or ID '${wanted}'` : { value: player };
}
