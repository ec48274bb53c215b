import type { Msg } from '@nats-io/transport-node';
import type { Bus } from '@takaro/bus';
import { PeerAnnouncement } from '@takaro/contracts/connectors/peers';
import { HolderReply } from '@takaro/contracts/gameservers/actions';
import { actionSubject, peerActionSubject, peerSubject, PLATFORM } from '@takaro/contracts/subjects';
import { matches } from '@takaro/contracts/validate';
import type { ConnectedServer } from './registry.ts';

const ANSWER_MS = 2_000;

interface PeersOptions {
  readonly bus: Bus;
  /** Of this copy. */
  readonly connectorId: string;
  readonly onAnnouncement: (gameServerId: string, announcement: PeerAnnouncement) => void;
  /** An action that another copy got, which has only an older socket. */
  readonly onForwarded: (gameServerId: string, message: Msg) => void;
}

/** The other copies of connectors: which of them has the newest socket of a game server, and actions handed on to it. */
export class Peers implements AsyncDisposable {
  readonly #options: PeersOptions;
  readonly #subscriptions;

  constructor(options: PeersOptions) {
    this.#options = options;
    const { bus, connectorId, onAnnouncement, onForwarded } = options;
    const gameServerOf = (message: Msg): string => message.subject.split('.')[2] ?? '';
    this.#subscriptions = [
      bus.nats.subscribe(peerSubject('*', '*'), {
        callback: (_error, message) => {
          const announcement = message.json();
          if (!matches<PeerAnnouncement>(PeerAnnouncement, announcement) || announcement.connectorId === connectorId) return;
          onAnnouncement(gameServerOf(message), announcement);
        },
      }),
      bus.nats.subscribe(peerActionSubject('*', '*', { connectorId, action: '*' }), {
        callback: (_error, message) => onForwarded(gameServerOf(message), message),
      }),
      // Whoever looks whether this copy is there.
      bus.nats.subscribe(actionSubject(PLATFORM, connectorId, 'alive'), {
        callback: (_error, message) => void message.respond(JSON.stringify({ connectorId })),
      }),
    ];
  }

  announce({ domainId, gameServerId }: ConnectedServer, order: number | null): void {
    const { bus, connectorId } = this.#options;
    const announcement: PeerAnnouncement = { connectorId, order };
    bus.nats.publish(peerSubject(domainId, gameServerId), JSON.stringify(announcement));
  }

  /** Hands an action on, not begun. The other copy answers whoever asked; where it is gone, NATS says so to them. */
  forward({ domainId, gameServerId }: ConnectedServer, connectorId: string, message: Msg): void {
    const action = message.subject.split('.').at(-1) ?? '';
    const subject = peerActionSubject(domainId, gameServerId, { connectorId, action });
    this.#options.bus.nats.publish(subject, message.data, message.reply === undefined ? {} : { reply: message.reply });
  }

  /** Whether another copy still has a newer socket. */
  async holds({ domainId, gameServerId }: ConnectedServer, connectorId: string): Promise<boolean> {
    const { nats } = this.#options.bus;
    const subject = peerActionSubject(domainId, gameServerId, { connectorId, action: 'holder' });
    try {
      const reply = await nats.request(subject, '{}', { timeout: ANSWER_MS });
      return matches(HolderReply, reply.json());
    } catch {
      // Not answering is the answer.
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.drain()));
  }
}
