import { Cron } from 'croner';
import type { SandboxOperation } from '../operation.ts';
import type { RunLimits } from '../run.ts';
import { createAxios } from './axios.ts';
import { createClient, type Client } from './client.ts';
import { TakaroUserError } from './errors.ts';
import { createHostCalls, type Post } from './host-bridge.ts';
import { createLog, type Log } from './log.ts';
import { checkPermission } from './permissions.ts';

/**
 * What this leaves behind becomes the start-up snapshot of every isolate: each context begins as a copy of it.
 * The host sets `__post` and `__input`, takes `__answer` and `__finish`, and runs a script that calls `__start`; all of them are
 * gone from the global object before the first line of the function.
 */
interface HostGlobals {
  __post?: Post;
  __input?: string;
  __answer?: (id: number, json: string) => void;
  __finish?: () => string;
  __start?: (main: Main) => void;
  console: unknown;
}

type Main = (exported: Readonly<Record<string, unknown>>) => Promise<void>;
type Data = Record<string, unknown> & { player?: Record<string, unknown>; pog?: Record<string, unknown> };

interface Run {
  answer(id: number, json: string): void;
  finish(): string;
}

declare const __operations: readonly SandboxOperation[];

const { parse, stringify } = JSON;
const scope = globalThis as unknown as HostGlobals;

export function installPrelude(lodash: unknown): void {
  let run: Run | undefined;
  scope.__answer = (id, json) => run?.answer(id, json);
  scope.__finish = () => run?.finish() ?? '';
  scope.__start = (main) => {
    const { __post: post, __input: input } = scope;
    if (!post || input === undefined) throw new Error('The host has not set what a run begins with');
    for (const name of ['__post', '__input', '__answer', '__finish', '__start'] as const) delete scope[name];
    run = begin(main, post, { ...parse(input), lodash });
  };
}

interface Beginning {
  readonly data: Data;
  readonly limits: RunLimits;
  readonly lodash: unknown;
}

function begin(main: Main, post: Post, { data, limits, lodash }: Beginning): Run {
  const log = createLog(post, limits);
  const calls = createHostCalls(post, limits);
  scope.console = consoleOf(log);
  const client = createClient(__operations, (request) => calls.call(request), log);
  addPm(data, client);
  let outcome: { readonly thrown: unknown } | 'good' | undefined;

  const settle = (how: typeof outcome): void => {
    outcome = how;
    post('settled', 0, '');
  };
  const runMain = async (): Promise<void> => {
    try {
      // Awaited, and not followed by `then`, which the function may have replaced meanwhile.
      await main({ ...exportsOf(data, client, log), _: lodash, lodash });
      settle('good');
    } catch (thrown) {
      settle({ thrown });
    }
  };
  void runMain();
  /** The result, or nothing while something is still under way: calls that were not awaited are let through. */
  const finish = (): string => {
    if (outcome === undefined || calls.active() > 0) return '';
    const userMessage = outcome === 'good' ? undefined : writeThrown(outcome.thrown, log);
    const rest = stringify({ success: outcome === 'good', truncated: log.isTruncated(), userMessage, calls: calls.started() });
    return `{"logs":${log.json()},${rest.slice(1)}`;
  };
  return { answer: (id, json) => calls.answer(id, json), finish };
}

function exportsOf(data: Data, client: Client, log: Log): Readonly<Record<string, unknown>> {
  const axios = createAxios();
  const takaro = Object.assign(client, { axios, axiosInstance: axios, log: consoleOf(log) });
  return {
    takaro,
    data,
    getTakaro: () => takaro,
    getData: () => data,
    checkPermission,
    TakaroUserError,
    axios,
    nextCronJobRun: (pattern: string) => new Cron(pattern).nextRun(),
  };
}

function consoleOf(log: Log): Record<string, (...args: unknown[]) => void> {
  const write = (message?: unknown, ...args: unknown[]): void => log.write(message, args);
  return { log: write, error: write, warn: write, info: write, debug: write };
}

/** `pm` of the player and of the player on the game server whispers to them; both have it only where the latter is there. */
function addPm(data: Data, client: Client): void {
  const { player, pog } = data;
  if (!pog) return;
  const pm = async (message: unknown): Promise<unknown> =>
    client['gameserver']?.['gameServerControllerSendMessage']?.(data['gameServerId'], {
      message,
      opts: { recipient: { gameId: pog['gameId'] } },
    });
  pog['pm'] = pm;
  if (player) player['pm'] = pm;
}

/** Writes what was thrown as the last line. Answers the text for the player, if it is one. */
function writeThrown(thrown: unknown, log: Log): string | undefined {
  let message: unknown;
  let stack: unknown;
  try {
    ({ message, stack } = Object(thrown));
  } catch {
    message = 'The thrown value cannot be read';
  }
  log.writeError(message, stack);
  return typeof stack === 'string' && stack.includes('TakaroUserError') ? String(message).slice(0, 2_000) : undefined;
}
