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

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export const freePort = (): Promise<number> => tryPort(0);

export const isFree = (port: number): Promise<boolean> =>
  tryPort(port).then(
    () => true,
    () => false,
  );

/** @throws Problem with what to do, if somebody listens on the port already or it may not be taken */
export const requirePort = async (
  port: number,
  { purpose, option, host }: { purpose: string; option: string; host: string },
): Promise<void> => {
  try {
    await tryPort(port, host);
  } catch (error) {
    const reason = codeOf(error) === 'EACCES' ? 'may not be taken by this user' : 'is taken by another program';
    throw new Problem(`Port ${port}, wanted for ${purpose}, ${reason}: end that program or choose another port with ${option}.`, {
      cause: error,
    });
  }
};
