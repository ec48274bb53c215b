import type { Bus } from '@takaro/bus';
import { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { LIMITS } from '@takaro/contracts/limits';
import { askFor } from '../neighbours.ts';

interface Whisper {
  readonly domainId: string;
  /** Of what it is said about: the chat message that is told of it is one deeper. */
  readonly depth: number;
  readonly gameServerId: string;
  /** The game's own id of the player. */
  readonly gameId: string;
  readonly message: string;
}

/** Tells players what became of what they typed. At most once, and nothing waits for it: a game may be slow to take a message. */
export interface Messenger extends AsyncDisposable {
  whisper(whisper: Whisper): void;
}

export function createMessenger(bus: Bus): Messenger {
  const underWay = new Set<Promise<void>>();
  const send = async ({ domainId, depth, gameServerId, gameId, message }: Whisper): Promise<void> => {
    try {
      const text = message.slice(0, LIMITS.chatMessageChars);
      await askFor(bus, { domainId, depth }, sendMessage, { id: gameServerId, message: text, opts: { recipient: { gameId } } });
    } catch (error) {
      bus.log.info({ domainId, gameServerId, err: error }, 'message not delivered');
    }
  };
  return {
    whisper: (whisper) => {
      const sending = send(whisper);
      underWay.add(sending);
      void sending.finally(() => underWay.delete(sending));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(underWay);
    },
  };
}
