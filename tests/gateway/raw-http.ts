import { once } from 'node:events';
import { connect } from 'node:net';

/** Writes bytes to a port as they are and answers all that came back until the other side hung up or `isEnough`. */
export async function rawHttp(url: string, text: string, isEnough: (answer: string) => boolean): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8').on('error', () => undefined);
  const ended = new Promise((resolve) => socket.on('close', resolve));
  const enough = new Promise<void>((resolve) => {
    socket.on('data', (part: string) => {
      answer += part;
      if (isEnough(answer)) resolve();
    });
  });
  await once(socket, 'connect');
  socket.write(text);
  await Promise.race([ended, enough]);
  socket.destroy();
  return answer;
}
