import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openTcpProxy } from './tcp-proxy.ts';

/** Says everything back. */
async function startEcho(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

async function open(port: number): Promise<{ readonly socket: Socket; readonly heard: () => string }> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(socket, 'connect');
  return { socket, heard: () => text };
}

test('what is held back arrives later', async () => {
  await using echo = await startEcho();
  await using proxy = await openTcpProxy(echo.port);
  const { socket, heard } = await open(proxy.port);
  await expect.poll(() => proxy.size).toBe(1);

  proxy.slow(50);
  socket.write('slowly');

  await expect.poll(heard).toBe('slowly');
});

test('a drop ends every line and lets new ones in, a cut lets none in until it is mended', async () => {
  await using echo = await startEcho();
  await using proxy = await openTcpProxy(echo.port);
  const first = await open(proxy.port);
  await expect.poll(() => proxy.size).toBe(1);
  const dropped = once(first.socket, 'close');
  proxy.drop();
  await dropped;
  const second = await open(proxy.port);
  second.socket.write('again');
  await expect.poll(second.heard).toBe('again');

  const ended = once(second.socket, 'close');
  proxy.cut();
  await ended;
  const third = await open(proxy.port);
  await once(third.socket, 'close');
  proxy.mend();
  const fourth = await open(proxy.port);
  fourth.socket.write('mended');

  await expect.poll(fourth.heard).toBe('mended');
});

test('of several servers one that is away is passed over', async () => {
  await using echo = await startEcho();
  const away = await startEcho();
  await away[Symbol.asyncDispose]();
  await using proxy = await openTcpProxy(away.port, echo.port, away.port);

  for (let count = 0; count < 6; count += 1) {
    const { socket, heard } = await open(proxy.port);
    socket.write('here');
    await expect.poll(heard).toBe('here');
    socket.destroy();
  }
});
