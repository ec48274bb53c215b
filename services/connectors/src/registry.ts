import type { Msg, Subscription } from '@nats-io/transport-node';
import { type Bus, respondWith } from '@takaro/bus';
import type { PeerAnnouncement } from '@takaro/contracts/connectors/peers';
import { ACTIONS, type ActionName, type ActionReply, type HolderReply } from '@takaro/contracts/gameservers/actions';
import { actionSubject } from '@takaro/contracts/subjects';
import { matches } from '@takaro/contracts/validate';
import { Peers } from './peers.ts';

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
  /** The newest is last and gets the requests; when it goes, the one before takes over. */
  lines: readonly { readonly line: Line; readonly order: number }[];
  /** Null while another copy has a newer socket. */
  subscription: Subscription | null;
  rival: { readonly connectorId: string; readonly order: number } | null;
}

interface RegistryOptions {
  readonly bus: Bus;
  /** Of this copy of the service. */
  readonly connectorId: string;
  readonly onStatus: (server: ConnectedServer, reachable: boolean) => void;
}

/** How often copies with an older socket look whether the one with the newest is still there. */
const LOOK_MS = 2_000;
/** A copy that did not run for so long may have been given up meanwhile. */
const ASLEEP_MS = 10_000;
/** How long another copy, or the game server itself, has to step in before a server counts as away. */
const HANDOVER_MS = 300;

const isAction = (name: string): name is ActionName => Object.hasOwn(ACTIONS, name);
const orderOf = ({ lines }: Entry): number => lines.at(-1)?.order ?? 0;

/**
 * Which sockets serve which game server, and the subscriptions that bring them their actions. Of several copies of the service the one
 * with the newest socket is asked; all that could be are one queue group, so that no action ever reaches two of them.
 */
export class Registry implements AsyncDisposable {
  readonly #options: RegistryOptions;
  readonly #peers: Peers;
  readonly #entries = new Map<string, Entry>();
  /** Servers whose last socket went just now. */
  readonly #leaving = new Map<string, { readonly server: ConnectedServer; readonly timer: NodeJS.Timeout }>();
  readonly #looking: NodeJS.Timeout;
  #lookedAt = Date.now();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#peers = new Peers({
      ...options,
      onAnnouncement: (gameServerId, announcement) => this.#hear(gameServerId, announcement),
      onForwarded: (gameServerId, message) => void this.#answer(gameServerId, message),
    });
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  /** `order`: which of two introductions was later. Settles when the bus knows that actions of this server are to be sent here. */
  async attach(server: ConnectedServer, line: Line, order: number): Promise<void> {
    const entry = this.#entries.get(server.gameServerId) ?? { server, lines: [], subscription: null, rival: null };
    this.#entries.set(server.gameServerId, entry);
    entry.lines = [...entry.lines, { line, order }].toSorted((a, b) => a.order - b.order);
    if (entry.lines.length > 1)
      this.#options.bus.log.warn({ ...server, sockets: entry.lines.length }, 'two sockets have one identity: the newest gets the requests');
    if (!entry.rival || entry.rival.order < orderOf(entry)) this.#hold(entry);
    await this.#options.bus.nats.flush();
  }

  detach({ gameServerId }: ConnectedServer, line: Line): void {
    const entry = this.#entries.get(gameServerId);
    if (!entry?.lines.some((one) => one.line === line)) return;
    entry.lines = entry.lines.filter((one) => one.line !== line);
    if (entry.lines.length > 0) {
      // Another copy may have one now that is newer.
      if (!entry.rival) this.#peers.announce(entry.server, orderOf(entry));
      return;
    }
    this.#entries.delete(gameServerId);
    if (entry.rival) return;
    void entry.subscription?.drain();
    this.#peers.announce(entry.server, null);
    const timer = setTimeout(() => this.#leave(gameServerId), HANDOVER_MS);
    this.#leaving.set(gameServerId, { server: entry.server, timer });
  }

  /** Ends the sockets of a server that is no more, or of all servers of a domain whose token was renewed. */
  drop(selects: (server: ConnectedServer) => boolean): void {
    const chosen = [...this.#entries.values()].filter(({ server }) => selects(server));
    for (const { line } of chosen.flatMap(({ lines }) => lines)) line.terminate();
  }

  /** Says again which servers are here: it may have been said of them that they are not. */
  reassert(): void {
    for (const entry of this.#entries.values()) {
      if (entry.rival) continue;
      this.#hold(entry);
      this.#options.onStatus(entry.server, true);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking);
    for (const gameServerId of this.#leaving.keys()) this.#leave(gameServerId);
    await this.#peers[Symbol.asyncDispose]();
  }

  #leave(gameServerId: string): void {
    const left = this.#leaving.get(gameServerId);
    if (!left) return;
    this.#stay(gameServerId);
    this.#options.onStatus(left.server, false);
  }

  #stay(gameServerId: string): void {
    clearTimeout(this.#leaving.get(gameServerId)?.timer);
    this.#leaving.delete(gameServerId);
  }

  #hold(entry: Entry): void {
    const { domainId, gameServerId } = entry.server;
    const isNew = entry.subscription === null;
    entry.rival = null;
    entry.subscription ??= this.#options.bus.nats.subscribe(actionSubject(domainId, gameServerId, '*'), {
      queue: 'connectors',
      callback: (_error, message) => void this.#answer(gameServerId, message),
    });
    this.#stay(gameServerId);
    this.#peers.announce(entry.server, orderOf(entry));
    if (isNew) this.#options.onStatus(entry.server, true);
  }

  #standBy(entry: Entry, rival: NonNullable<Entry['rival']>): void {
    if (!entry.rival)
      this.#options.bus.log.warn({ ...entry.server }, 'another copy has a newer socket of this identity: it gets the requests');
    entry.rival = rival;
    // What is on its way here is still heard, and handed on.
    void entry.subscription?.drain();
    entry.subscription = null;
  }

  #hear(gameServerId: string, { connectorId, order }: PeerAnnouncement): void {
    if (order !== null) this.#stay(gameServerId);
    const entry = this.#entries.get(gameServerId);
    if (!entry) return;
    const own = orderOf(entry);
    const isNewer = order !== null && (order > own || (order === own && connectorId > this.#options.connectorId));
    if (isNewer) this.#standBy(entry, { connectorId, order });
    else if (entry.rival?.connectorId === connectorId) this.#hold(entry);
    else if (!entry.rival && order !== null) this.#peers.announce(entry.server, own);
  }

  #look(): void {
    const sleptMs = Date.now() - this.#lookedAt;
    this.#lookedAt = Date.now();
    if (sleptMs > ASLEEP_MS) this.reassert();
    if (!this.#options.bus.link.isUp) return;
    for (const entry of this.#entries.values()) if (entry.rival) void this.#lookAfter(entry, entry.rival);
  }

  async #lookAfter(entry: Entry, rival: NonNullable<Entry['rival']>): Promise<void> {
    const { server } = entry;
    if (await this.#peers.holds(server, rival.connectorId)) return;
    if (entry.rival === rival && this.#entries.get(server.gameServerId) === entry) this.#hold(entry);
  }

  async #answer(gameServerId: string, message: Msg): Promise<void> {
    const entry = this.#entries.get(gameServerId);
    if (entry?.rival) return this.#peers.forward(entry.server, entry.rival.connectorId, message);
    const reply = await this.#ask(entry, message);
    const isSent = respondWith(this.#options.bus, message, JSON.stringify(reply));
    const tooLarge: ActionReply = { failure: 'failed', reason: 'The answer of the game server is too large' };
    if (!isSent) message.respond(JSON.stringify(tooLarge));
  }

  async #ask(entry: Entry | undefined, message: Msg): Promise<ActionReply | HolderReply> {
    const action = message.subject.split('.').at(-1) ?? '';
    const line = entry?.lines.at(-1)?.line;
    if (!line) return { failure: 'not-connected', unsent: true };
    if (action === 'holder') return { connectorId: this.#options.connectorId };
    const args: unknown = message.json();
    if (!isAction(action) || !matches<Record<string, unknown>>(ACTIONS[action].args, args))
      return { failure: 'failed', reason: `Unknown action ${action}` };
    return await line.request(action, args);
  }
}
