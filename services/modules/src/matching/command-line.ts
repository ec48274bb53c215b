/** What a chat message asks for, if it is a command at all. */
export interface CommandLine {
  /** As typed, an alias included. */
  readonly trigger: string;
  /** What follows, one text an argument, quotes included. */
  readonly tokens: readonly string[];
}

/** A command begins with the prefix, to the letter; its name ends at the first space. Arguments end at any white space. */
export function readCommandLine(msg: string, prefix: string): CommandLine | null {
  if (!msg.startsWith(prefix)) return null;
  const [trigger = ''] = msg.slice(prefix.length).split(' ');
  if (trigger === '') return null;
  return { trigger, tokens: tokensOf(msg).slice(1) };
}

/** Runs of characters and of spans in double quotes. A quote without a second one ends a token and is gone. */
const tokensOf = (text: string): string[] => text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
