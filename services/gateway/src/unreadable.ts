import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { failure } from '@takaro/api';
import { type ErrorCode, ServiceError } from '@takaro/contracts/errors';

/** Answers what is no HTTP, or too much of it, in the envelope, and hangs up. */
export function answerUnreadable(error: Error, socket: Socket): void {
  const reason: unknown = Reflect.get(error, 'code');
  if (reason === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const { status, body } = failure(new ServiceError(codeOf(reason)));
  const text = JSON.stringify(body);
  const headers = `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status} \r\n${headers}\r\n\r\n${text}`);
}

const codeOf = (reason: unknown): ErrorCode => (reason === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'REQUEST_UNREADABLE');

/** A path that cannot be read, such as one with `%ff`, comes to no route, no hook and no error handler. */
export function answerBadPath(raw: ServerResponse): void {
  const { status, body } = failure(new ServiceError('PATH_UNREADABLE'));
  raw.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
