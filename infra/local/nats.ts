import { readFile } from 'node:fs/promises';
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
}

export type NatsServer = Child;

/** Starts it and waits until it takes connections; JetStream has recovered its streams by then. @throws Problem */
export const startNats = async ({ binary, configFile, pidFile, log, restart = false }: NatsServerOptions): Promise<NatsServer> => {
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
  return startChild({ name: 'nats', command: binary, args, log: listen, isReady: async () => ready, restart, stopTimeoutMs: 20_000 }).catch(
    (error: unknown) => {
      if (!(error instanceof ChildEnded)) throw error;
      const last = error.lines.findLast((line) => /\[(FTL|ERR)\]|nats-server:/.test(line)) ?? error.message;
      throw new Problem(`nats-server did not start: ${last.replace(/^.*\[(FTL|ERR)\] */, '')}.`, { cause: error });
    },
  );
};
