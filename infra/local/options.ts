import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { LIMITS } from '@takaro/contracts/limits';
import { Problem } from './problem.ts';
import { ROOT } from './run-tool.ts';

export interface Options {
  /** Absolute path of the folder of all state. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly connectorsPort: number;
  readonly adminSecret: string | undefined;
  readonly demo: boolean;
  /** Processes of each service. */
  readonly copies: number;
  readonly databaseUrl: string | undefined;
  readonly natsUrl: string | undefined;
}

interface Row {
  readonly option: string;
  readonly variable: string;
  readonly argument: string;
  readonly text: string;
}

/** Every option of `npm start`, each also an environment variable; the option wins. */
export const START_OPTIONS = [
  { option: 'data', variable: 'TAKARO_DATA', argument: 'DIR', text: 'folder of all state (.takaro)' },
  { option: 'host', variable: 'TAKARO_HOST', argument: 'ADDRESS', text: 'address the API and the WebSocket listen on (127.0.0.1)' },
  { option: 'port', variable: 'TAKARO_PORT', argument: 'N', text: 'port of the API (3000)' },
  { option: 'connectors-port', variable: 'TAKARO_CONNECTORS_PORT', argument: 'N', text: 'port of the WebSocket for game servers (3004)' },
  {
    option: 'admin-secret',
    variable: 'TAKARO_ADMIN_SECRET',
    argument: 'TEXT',
    text: 'secret of the platform, of 8 characters or more (generated, kept in the data folder)',
  },
  {
    option: 'copies',
    variable: 'TAKARO_COPIES',
    argument: 'N',
    text: 'processes of each service; further edges listen 10 ports higher (1)',
  },
  { option: 'no-demo', variable: 'TAKARO_NO_DEMO', argument: '', text: 'no demo domain and no simulated game server' },
  {
    option: 'database-url',
    variable: 'TAKARO_DATABASE_URL',
    argument: 'URL',
    text: 'PostgreSQL >= 15, as a user who may create roles (embedded)',
  },
  { option: 'nats-url', variable: 'TAKARO_NATS_URL', argument: 'URL', text: 'nats-server with the configuration in DIR/nats (own one)' },
] as const satisfies readonly Row[];

export const HELP = [
  'npm start -- [options]      the whole of Takaro on this machine',
  '',
  ...START_OPTIONS.map(({ option, argument, variable, text }) => `  --${`${option} ${argument}`.padEnd(24)}${variable.padEnd(24)}${text}`),
  '  --help                                          this text',
  '',
  'Each option can be given by its environment variable too. NATS_SERVER names a nats-server binary to use.',
].join('\n');

type OptionName = (typeof START_OPTIONS)[number]['option'];

const readArguments = (args: readonly string[]): Partial<Record<OptionName | 'help', string | boolean>> => {
  const flags = START_OPTIONS.map(({ option, argument }) => [option, { type: argument === '' ? 'boolean' : 'string' }] as const);
  try {
    return parseArgs({ args: [...args], options: { ...Object.fromEntries(flags), help: { type: 'boolean' } }, strict: true }).values;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new Problem(`${reason}: npm start -- --help lists the options.`, { cause: error });
  }
};

const portFrom = (text: string | undefined, fallback: number, option: string): number => {
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Problem(`--${option} must be a port from 1 to 65535, not "${text}".`);
};

const SECRET_CHARS = 8;

const secretFrom = (text: string | undefined): string | undefined => {
  const secret = text?.trim() ?? '';
  if (secret === '') return undefined;
  if (secret.length >= SECRET_CHARS) return secret;
  throw new Problem(`--admin-secret must have ${SECRET_CHARS} characters or more.`);
};

/** One without a lane would have nothing to read. */
const COPIES_MOST = LIMITS.lanes;

const copiesFrom = (text: string | undefined): number => {
  if (text === undefined || text === '') return 1;
  const copies = Number(text);
  if (/^\d+$/.test(text) && copies >= 1 && copies <= COPIES_MOST) return copies;
  throw new Problem(`--copies must be a number from 1 to ${COPIES_MOST}, not "${text}".`);
};

const urlFrom = (text: string | undefined, option: string, protocols: readonly string[]): string | undefined => {
  if (text === undefined || text === '') return undefined;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  throw new Problem(`--${option} must be a URL that begins with ${protocols.join('// or ')}//.`);
};

const isOn = (text: string | undefined): boolean => text !== undefined && !['', '0', 'false', 'no'].includes(text.toLowerCase());

/** Undefined asks for the help. Relative folders are meant from where npm was called. @throws Problem */
export const readOptions = (args: readonly string[], env: NodeJS.ProcessEnv): Options | undefined => {
  const given = readArguments(args);
  if (given.help === true) return undefined;
  const valueOf = (name: OptionName): string | undefined => {
    const value = given[name];
    return typeof value === 'string' ? value : env[START_OPTIONS.find(({ option }) => option === name)?.variable ?? ''];
  };
  const data = valueOf('data') ?? '';
  const from = data === '' ? ROOT : (env['INIT_CWD'] ?? process.cwd());
  return {
    data: isAbsolute(data) ? data : join(from, data === '' ? '.takaro' : data),
    host: valueOf('host') || '127.0.0.1',
    port: portFrom(valueOf('port'), 3000, 'port'),
    connectorsPort: portFrom(valueOf('connectors-port'), 3004, 'connectors-port'),
    adminSecret: secretFrom(valueOf('admin-secret')),
    demo: !(given['no-demo'] === true || isOn(valueOf('no-demo'))),
    copies: copiesFrom(valueOf('copies')),
    databaseUrl: urlFrom(valueOf('database-url'), 'database-url', ['postgres:', 'postgresql:']),
    natsUrl: urlFrom(valueOf('nats-url'), 'nats-url', ['nats:', 'tls:']),
  };
};
