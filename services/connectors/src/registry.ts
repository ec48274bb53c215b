import type { Msg, Subscription } from '@nats-io/transport-node';
import type { Bus } from '@takaro/bus';
import { ACTIONS, type ActionName, type ActionReply } from '@takaro/contracts/gameservers/actions';
import { LIMITS } from '@takaro/contracts/limits';
import { actionSubject } from '@takaro/contracts/subjects';
import { matches } from '@takaro/contracts/validate';

/** A game server that was let in. */
export interface ConnectedServer {
  readonly domainId: string;
  readonly gameServerId: string;
}

/** A socket, as far as those see it who ask something of its game server. */
export interface Line {
  request(action: ActionName, args: Readonly<Record<string, unknown>>): Promise<ActionReply>;
  terminate(): void;
}

interface Entry {
  readonly server: ConnectedServer;
  readonly subscription: Subscription;
  /** The newest is last and gets the requests; when it goes, the one before takes over. */
  readonly lines: Line[];
}

interface RegistryOptions {
  readonly bus: Bus;
  readonly onStatus: (server: ConnectedServer, reachable: boolean) => void;
}

const isAction = (name: string): name is ActionName => Object.hasOwn(ACTIONS, name);

/** Which sockets serve which game server, and the subscriptions that bring them their actions. */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Settles when the bus knows that actions of this server are to be sent here. */
  async attach(server: ConnectedServer, line: Line): Promise<void> {
    const known = this.#entries.get(server.gameServerId);
    if (known) {
      this.#options.bus.log.warn(
        { ...server, sockets: known.lines.length + 1 },
        'two sockets have one identity: the newest gets the requests',
      );
      known.lines.push(line);
      return;
    }
    const subscription = this.#options.bus.nats.subscribe(actionSubject(server.domainId, server.gameServerId, '*'), {
      callback: (_error, message) => void this.#answer(server.gameServerId, message),
    });
    this.#entries.set(server.gameServerId, { server, subscription, lines: [line] });
    this.#options.onStatus(server, true);
    await this.#options.bus.nats.flush();
  }

  detach({ gameServerId }: ConnectedServer, line: Line): void {
    const entry = this.#entries.get(gameServerId);
    const index = entry?.lines.indexOf(line) ?? -1;
    if (!entry || index < 0) return;
    entry.lines.splice(index, 1);
    if (entry.lines.length > 0) return;
    this.#entries.delete(gameServerId);
    entry.subscription.unsubscribe();
    this.#options.onStatus(entry.server, false);
  }

  /** Ends the sockets of a server that is no more, or of all servers of a domain whose token was renewed. */
  drop(selects: (server: ConnectedServer) => boolean): void {
    const chosen = [...this.#entries.values()].filter(({ server }) => selects(server));
    for (const line of chosen.flatMap(({ lines }) => [...lines])) line.terminate();
  }

  async #answer(gameServerId: string, message: Msg): Promise<void> {
    const text = JSON.stringify(await this.#ask(gameServerId, message));
    const reply: ActionReply = { failure: 'failed', reason: 'The answer of the game server is too large' };
    message.respond(Buffer.byteLength(text) > LIMITS.replyPartBytes ? JSON.stringify(reply) : text);
  }

  async #ask(gameServerId: string, message: Msg): Promise<ActionReply> {
    const action = message.subject.split('.').at(-1) ?? '';
    const args: unknown = message.json();
    if (!isAction(action) || !matches<Record<string, unknown>>(ACTIONS[action].args, args))
      return { failure: 'failed', reason: `Unknown action ${action}` };
    const line = this.#entries.get(gameServerId)?.lines.at(-1);
    return line ? await line.request(action, args) : { failure: 'not-connected' };
  }
}
