import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { codeOf, Problem } from './problem.ts';

const tryPort = async (port: number, host = '127.0.0.1'): Promise<number> => {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
};

/** Below the ports that systems give to outgoing connections (Linux from 32,768, IANA from 49,152): none of those takes ours meanwhile. */
const OURS = { from: 10_000, below: 32_000 };
const TRIES = 50;

/** A port of 127.0.0.1 that nobody listens on at this moment, and that no outgoing connection will happen to take. */
export const freePort = async (): Promise<number> => {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(OURS.from, OURS.below);
    if (await isFree(port)) return port;
  }
  return tryPort(0);
};

export const isFree = (port: number): Promise<boolean> =>
  tryPort(port).then(
    () => true,
    () => false,
  );

/** How the system says that an address is not one of its own. */
const NOWHERE: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);

/** @throws Problem with what to do, if somebody listens on the port already or it may not be taken */
export const requirePort = async (
  port: number,
  { purpose, option, host }: { purpose: string; option: string; host: string },
): Promise<void> => {
  try {
    await tryPort(port, host);
  } catch (error) {
    if (NOWHERE.has(codeOf(error) ?? ''))
      throw new Problem(`${host} is no address of this machine: choose another with --host.`, { cause: error });
    const reason = codeOf(error) === 'EACCES' ? 'may not be taken by this user' : 'is taken by another program';
    throw new Problem(`Port ${port}, wanted for ${purpose}, ${reason}: end that program or choose another port with ${option}.`, {
      cause: error,
    });
  }
};
