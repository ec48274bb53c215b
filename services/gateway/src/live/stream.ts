import { PassThrough } from 'node:stream';
import { failure } from '@takaro/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Live } from './live.ts';
import { missedSince } from './missed.ts';
import { StreamText } from './stream-text.ts';

/** Proxies end a connection on which nothing is said for a minute, and so one that broke off is noticed. */
const HEARTBEAT_MS = 15_000;
const RETRY = 'retry: 2000\n\n';

export const STREAM_PATH = '/event/stream';

/** `GET /event/stream`: the same as server-sent events, for what speaks HTTP alone. `Last-Event-ID` brings what was missed first. */
export function mountStream(server: FastifyInstance, live: Live): void {
  server.get(STREAM_PATH, async (request, reply) => {
    try {
      return await answer(live, request, reply);
    } catch (error) {
      const { status, body } = failure(error);
      return reply.code(status).send(body);
    }
  });
}

/** @throws ServiceError what the REST API would refuse, and LIVE_FEED_FULL */
async function answer(live: Live, request: FastifyRequest, reply: FastifyReply) {
  const recheck = () => live.signIn.viewerOf(request);
  const caller = await recheck();
  const stream = new PassThrough();
  const open = new DisposableStack();
  open.use(live.viewers.add({ domainId: caller.domainId, recheck, cut: () => stream.end() }));
  stream.once('close', () => open.dispose());
  const text = new StreamText(stream, live.context.limits.liveBufferBytes);
  open.use(live.feed.watch(caller.domainId, (news) => text.tell(news)));
  const heartbeat = setInterval(() => text.write(': still here\n\n'), HEARTBEAT_MS);
  open.defer(() => clearInterval(heartbeat));
  text.write(RETRY);
  const lastId = request.headers['last-event-id'];
  if (typeof lastId === 'string' && lastId !== '')
    void missedSince(live.context.bus, caller, lastId).then((missed) => text.release(missed));
  else text.release(null);
  return reply
    .type('text/event-stream; charset=utf-8')
    .headers({ 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' })
    .send(stream);
}
