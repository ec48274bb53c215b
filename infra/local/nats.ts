import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type Child, ChildEnded, startChild } from './child.ts';
import { Problem } from './problem.ts';

export interface NatsServerOptions {
  readonly binary: string;
  readonly configFile: string;
  /** Keeps the process id while it runs. */
  readonly pidFile?: string;
  readonly log: (line: string) => void;
  /** Started again when it ends by itself. @default false */
  readonly restart?: boolean;
  /** Those that share this machine. @default 1 */
  readonly servers?: number;
}

export type NatsServer = Child;

/** Of the processors, what is for NATS: services and PostgreSQL have the rest. */
const SHARE = 0.25;

/**
 * How many processors a server runs on at once, unless `GOMAXPROCS` says it (https://pkg.go.dev/runtime). Go takes all that it sees, and has
 * those of its threads that find nothing to do look for it: three servers on two processors spent nearly half of theirs on that.
 */
const processorsOf = (servers: number): number => Math.max(1, Math.floor((availableParallelism() * SHARE) / servers));

/** Starts it and waits until it takes connections; JetStream has recovered its streams by then. @throws Problem */
export const startNats = async ({
  binary,
  configFile,
  pidFile,
  log,
  restart = false,
  servers = 1,
}: NatsServerOptions): Promise<NatsServer> => {
  const args = ['-c', configFile, ...(pidFile === undefined ? [] : ['-P', pidFile])];
  const readable = await readFile(configFile).catch(() => null);
  if (readable === null)
    throw new Problem(`${configFile} cannot be read: delete the folder nats of the data folder to have it written anew.`);
  let ready = false;
  // Its own word: somebody else may answer on the port.
  const listen = (line: string): void => {
    ready ||= line.includes('Server is ready');
    log(line);
  };
  const env = { GOMAXPROCS: String(processorsOf(servers)), ...process.env };
  return startChild({
    name: 'nats',
    command: binary,
    args,
    env,
    log: listen,
    isReady: async () => ready,
    restart,
    stopTimeoutMs: 20_000,
  }).catch((error: unknown) => {
    if (!(error instanceof ChildEnded)) throw error;
    const last = error.lines.findLast((line) => /\[(FTL|ERR)\]|nats-server:/.test(line)) ?? error.message;
    throw new Problem(`nats-server did not start: ${last.replace(/^.*\[(FTL|ERR)\] */, '')}.`, { cause: error });
  });
};
