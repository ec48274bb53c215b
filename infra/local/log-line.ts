const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };
const NAME_WIDTH = 11;
/** Said by every line of a process, or shown in its own column. */
const SILENT = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err']);

/** What would move the cursor, clear the screen or turn the direction of writing is shown as its number. */
const CONTROLS = /(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const plain = (text: string): string =>
  text.replaceAll(CONTROLS, (char) => (char === '\t' ? ' ' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));

const show = (value: unknown): string => (typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));

/** Of what is only a warning the messages are enough; where in the code it happened is for what is worse. */
const WARN = 40;

const stackOf = (value: unknown, level: number): string => {
  if (typeof value !== 'object' || value === null) return '';
  const whole = 'stack' in value && typeof value.stack === 'string' ? value.stack : 'message' in value ? String(value.message) : '';
  const stack = level > WARN ? whole : whole.replaceAll(/\n\s+at .*/g, '');
  return stack === '' ? '' : `\n${stack.replaceAll(/^/gm, '    ')}`;
};

const parse = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'level' in value ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** A line of a child's output as a person reads it: time, whose it is, level, what it says, the rest as key=value. */
export const formatLine = (name: string, line: string, now: Date): string => {
  const time = now.toTimeString().slice(0, 8);
  const entry = parse(line);
  if (entry === undefined) return `${time} ${name.padEnd(NAME_WIDTH)} ${plain(line)}`;
  const level = LEVELS[Number(entry['level'])] ?? String(entry['level']);
  const rest = Object.entries(entry).filter(([key]) => !SILENT.has(key));
  const message = entry['msg'];
  const facts = rest.map(([key, value]) => ` ${key}=${show(value)}`).join('');
  const said = typeof message === 'string' ? message.replaceAll('\n', String.raw`\n`) : '';
  return plain(`${time} ${name.padEnd(NAME_WIDTH)} ${level.padEnd(5)} ${said}${facts}${stackOf(entry['err'], Number(entry['level']))}`);
};
