import { randomUUID } from 'node:crypto';
import type { Bus } from '@takaro/bus';
import type { ActionName, ActionReply } from '@takaro/contracts/gameservers/actions';
import { identifyGameServer } from '@takaro/contracts/gameservers/internal';
import type { Limits } from '@takaro/contracts/limits';
import { PLATFORM } from '@takaro/contracts/subjects';
import { WebSocket } from 'ws';
import { wireArgs } from './actions/action-args.ts';
import { PendingRequests } from './actions/pending-requests.ts';
import { readAnswer } from './actions/read-answer.ts';
import type { Gathering } from './events/gathering.ts';
import type { IntakeBudget } from './events/intake-budget.ts';
import { createKnownNames } from './events/known-names.ts';
import type { Pace } from './events/pace.ts';
import { Reports } from './events/reports.ts';
import { errorFrame, type Frame, frame, readFrame, refusalFrame } from './frames.ts';
import { EVENT_ACK, offers, readIntroduction, refusalOf } from './identify.ts';
import type { ConnectorMetrics } from './metrics.ts';
import type { ConnectedServer, Line, Registry } from './registry.ts';

/** What a socket needs of the process around it. */
export interface SessionHost {
  readonly bus: Bus;
  readonly limits: Limits;
  readonly registry: Registry;
  readonly metrics: ConnectorMetrics;
  readonly budget: IntakeBudget;
  readonly pace: Pace;
  readonly gathering: Gathering;
  /** The open sockets. */
  readonly sessions: Set<Session>;
  readonly now: () => number;
}

/**
 * One socket from its opening to its end. Frames are handled in the order of their arrival; those that come while an identify is being
 * answered wait for it. A socket that reports before it was let in, or is not let in within the deadline, is cut.
 */
export class Session implements Line {
  readonly #socket: WebSocket;
  readonly #host: SessionHost;
  readonly #pending = new PendingRequests();
  #isClosing = false;
  readonly #known = createKnownNames();
  readonly #reports: Reports;
  readonly #deadline: NodeJS.Timeout;
  /** Reasons for which the socket is not being read. */
  readonly #holds = new Set<'identify' | 'congestion' | 'pace'>();
  #backlog: Frame[] = [];
  #server: ConnectedServer | null = null;
  #answersPings = true;
  #restEnd: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, host: SessionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#reports = new Reports({
      ...host,
      known: this.#known,
      send: (text) => this.#send(text),
      onCongestion: (congested) => this.#hold('congestion', congested),
    });
    this.#deadline = setTimeout(() => this.terminate(), host.limits.identifyTimeoutMs);
    socket.on('message', (bytes: Buffer) => this.#receive(bytes));
    socket.on('pong', () => (this.#answersPings = true));
    socket.on('error', (error) => host.bus.log.info({ server: this.#server, err: error }, 'a socket failed'));
    socket.on('close', () => this.#end());
    this.#send(frame('connected', { clientId: `client-${randomUUID()}` }));
  }

  /** Asks whether the other side is there; ends the socket when the last question was not answered. */
  beat(): void {
    // While we do not read we cannot hear the answer.
    if (this.#holds.size > 0) return;
    if (!this.#answersPings) return this.terminate();
    this.#answersPings = false;
    this.#socket.ping();
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Says farewell so that the connector comes back, after it answered what it was asked and what it sent was stored, or `graceMs` have passed. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const grace = Promise.withResolvers<void>();
    const timer = setTimeout(grace.resolve, graceMs);
    await Promise.race([this.#pending.settled(), grace.promise]);
    this.#hold('congestion', true);
    await Promise.race([this.#reports.confirmed(), grace.promise]);
    clearTimeout(timer);
    this.#socket.close(1012);
    clearTimeout(this.#restEnd);
    this.#hold('pace', false);
    this.#hold('congestion', false);
  }

  async request(action: ActionName, args: Readonly<Record<string, unknown>>): Promise<ActionReply> {
    if (this.#isClosing || this.#socket.readyState !== WebSocket.OPEN) return { failure: 'not-connected', unsent: true };
    const { metrics, limits } = this.#host;
    const reply = await this.#pending.open({
      timeoutMs: limits.actionTimeoutMs,
      send: (requestId) => this.#send(frame('request', { action, args: wireArgs(action, args) }, requestId)),
      onAnswer: (answer, requestId) => {
        const { reply: read, complaint } = readAnswer(action, answer, this.#known);
        if (complaint !== undefined) this.#send(errorFrame(complaint, requestId));
        return read;
      },
    });
    metrics.requests.inc({ outcome: 'failure' in reply ? reply.failure : 'done' });
    return reply;
  }

  #receive(bytes: Buffer): void {
    const received = readFrame(bytes);
    if (!received) return;
    if (this.#holds.has('identify')) this.#backlog.push(received);
    else this.#handle(received);
  }

  #handle(received: Frame): void {
    if (this.#pending.answer(received)) return;
    if (received.type === 'gameEvent') this.#takeEvent(received);
    else if (received.type === 'identify') void this.#identify(received.payload);
    else if (received.type === 'ping') void this.#reports.confirmed().then(() => this.#send(frame('pong', null)));
  }

  #takeEvent(received: Frame): void {
    if (!this.#server) return this.terminate();
    const waitMs = this.#host.pace.take(this.#server.gameServerId);
    this.#reports.take(received, this.#server, waitMs);
    if (waitMs > 0) this.#rest(waitMs);
  }

  /** What arrived already is still taken, and makes the rest longer. */
  #rest(forMs: number): void {
    clearTimeout(this.#restEnd);
    if (!this.#holds.has('pace')) this.#host.metrics.rests.inc();
    this.#hold('pace', true);
    this.#restEnd = setTimeout(() => this.#hold('pace', false), forMs);
  }

  async #identify(payload: unknown): Promise<void> {
    const reading = readIntroduction(payload);
    if ('complaint' in reading) return this.#send(errorFrame(reading.complaint));
    if ('refusal' in reading) return this.#send(refusalFrame(reading.refusal));
    this.#hold('identify', true);
    const { bus } = this.#host;
    try {
      const found = await bus.call(identifyGameServer, reading.introduction, { token: await bus.serviceToken(PLATFORM) });
      await this.#become({ domainId: found.domainId, gameServerId: found.gameServerId }, found.order);
      const isAcknowledged = offers(payload, EVENT_ACK);
      this.#reports.acknowledge(isAcknowledged);
      this.#send(frame('identifyResponse', { gameServerId: found.gameServerId, ...(isAcknowledged && { capabilities: [EVENT_ACK] }) }));
    } catch (error) {
      const refusal = refusalOf(error);
      bus.log.info({ refusal, err: refusal.http === 503 ? error : undefined }, 'a game server was not let in');
      this.#send(refusalFrame(refusal));
    } finally {
      this.#hold('identify', false);
      this.#workOff();
    }
  }

  /** From now on the socket belongs to this server, whatever it was before. */
  async #become(server: ConnectedServer, order: number): Promise<void> {
    clearTimeout(this.#deadline);
    const former = this.#server;
    if (former?.gameServerId === server.gameServerId || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#server = server;
    if (former) this.#host.registry.detach(former, this);
    await this.#host.registry.attach(server, this, order);
  }

  #workOff(): void {
    while (!this.#holds.has('identify')) {
      const next = this.#backlog.shift();
      if (!next) return;
      this.#handle(next);
    }
  }

  #hold(reason: 'identify' | 'congestion' | 'pace', holds: boolean): void {
    if (holds) this.#holds.add(reason);
    else this.#holds.delete(reason);
    if (this.#holds.size > 0) return this.#socket.pause();
    // An answer to the last heartbeat may have waited with the rest.
    this.#answersPings = true;
    this.#socket.resume();
  }

  #send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #end(): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#restEnd);
    this.#backlog = [];
    this.#pending.abandon();
    if (this.#server) this.#host.registry.detach(this.#server, this);
    this.#reports.end();
  }
}
