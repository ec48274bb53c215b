import type { EventOutput } from '@takaro/contracts/events/rest';
import type { Server, Socket } from 'socket.io';
import type { Live } from './live.ts';
import type { News } from './news.ts';

export interface ToServer {
  ping: () => void;
}

export interface ToClient {
  event: (event: EventOutput) => void;
  gameEvent: (gameServerId: string, type: string, payload: Readonly<Record<string, unknown>>) => void;
  pong: () => void;
}

export type LiveServer = Server<ToServer, ToClient>;
export type LiveSocket = Socket<ToServer, ToClient>;

/** What waits to be sent to each socket of a domain. */
type Waiting = Map<LiveSocket, { bytes: number }>;

interface Room {
  readonly waiting: Waiting;
  readonly watch: Disposable;
}

/** One room for each domain that has sockets, named by its id: what happens there is written once for all in it. */
export class Rooms {
  readonly #io: LiveServer;
  readonly #live: Live;
  readonly #rooms = new Map<string, Room>();

  constructor(io: LiveServer, live: Live) {
    this.#io = io;
    this.#live = live;
  }

  /** Until it is disposed. */
  join(domainId: string, socket: LiveSocket): Disposable {
    const room = this.#rooms.get(domainId) ?? this.#begin(domainId);
    const behind = { bytes: 0 };
    const onFlush = (): void => {
      behind.bytes = 0;
    };
    room.waiting.set(socket, behind);
    // All that waits goes to the transport together, once it has taken what it was given before.
    socket.conn.on('flush', onFlush);
    void socket.join(domainId);
    return {
      [Symbol.dispose]: () => {
        socket.conn.off('flush', onFlush);
        room.waiting.delete(socket);
        if (room.waiting.size > 0 || this.#rooms.get(domainId) !== room) return;
        this.#rooms.delete(domainId);
        room.watch[Symbol.dispose]();
      },
    };
  }

  #begin(domainId: string): Room {
    const waiting: Waiting = new Map();
    const room = { waiting, watch: this.#live.feed.watch(domainId, (news) => this.#tell(domainId, waiting, news)) };
    this.#rooms.set(domainId, room);
    return room;
  }

  #tell(domainId: string, waiting: Waiting, { event, gameEvent, sizeBytes }: News): void {
    for (const [socket, behind] of waiting) {
      behind.bytes += sizeBytes;
      if (behind.bytes <= this.#live.context.limits.liveBufferBytes) continue;
      this.#live.context.log.info({ domainId }, 'a live client does not keep up');
      socket.conn.close(true);
    }
    const room = this.#io.to(domainId);
    if (event) room.emit('event', event);
    if (gameEvent) room.emit('gameEvent', gameEvent.gameServerId, gameEvent.type, gameEvent.payload);
  }
}
