import type { Bus } from '@takaro/bus';
import type { Limits } from '@takaro/contracts/limits';
import { errorFrame, eventAckFrame, eventErrorFrame, type Frame } from '../frames.ts';
import type { ConnectorMetrics } from '../metrics.ts';
import type { ConnectedServer } from '../registry.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { envelopeOf, isTooLarge } from './envelope.ts';
import type { Gathering } from './gathering.ts';
import type { IntakeBudget } from './intake-budget.ts';
import { Intake, type Taken } from './intake.ts';
import type { KnownNames } from './known-names.ts';
import { INVALID_NUMBERING, type Numbering, readNumbering } from './numbering.ts';
import { readEvent } from './read-event.ts';

interface ReportsOptions {
  readonly bus: Bus;
  readonly limits: Limits;
  readonly metrics: ConnectorMetrics;
  readonly budget: IntakeBudget;
  readonly gathering: Gathering;
  readonly now: () => number;
  readonly known: KnownNames;
  readonly send: (frame: string) => void;
  readonly onCongestion: (congested: boolean) => void;
}

/** The events of one socket: read, sent on their way, and confirmed where the connector asked for that. */
export class Reports {
  readonly #options: ReportsOptions;
  readonly #intake: Intake;
  #acknowledgements: Acknowledgements | null = null;
  #isConfirmed = false;

  constructor(options: ReportsOptions) {
    this.#options = options;
    this.#intake = new Intake(options);
  }

  /** From now on numbered events are acknowledged, or no more. */
  acknowledge(wanted: boolean): void {
    const { send } = this.#options;
    if (wanted) this.#acknowledgements ??= new Acknowledgements((streamId, upTo) => send(eventAckFrame(streamId, upTo)));
    else this.#acknowledgements = null;
  }

  /** `waitMs`: for how long an event is held back so that its game server keeps to its pace. */
  take(frame: Frame, server: ConnectedServer, waitMs: number): void {
    const numbering = readNumbering(frame.payload);
    if (this.#acknowledgements && numbering.kind === 'invalid') return this.#refuse(INVALID_NUMBERING, numbering, 'refused');
    const { known, limits, now } = this.#options;
    const receivedAt = new Date(now());
    const reading = readEvent(frame.payload, known, receivedAt);
    if ('dropped' in reading) return this.#drop(numbering);
    if ('refusal' in reading) return this.#refuse(reading.refusal, numbering, 'refused');
    const envelope = envelopeOf(server, { ...reading.event, numbered: numbering.value }, receivedAt);
    if (!isTooLarge(envelope, frame.bytes, limits.streamMessageBytes))
      return this.#store({ envelope, bytes: frame.bytes, waitMs }, numbering);
    this.#options.bus.log.warn({ ...server, name: envelope.name, bytes: frame.bytes }, 'an event was too large');
    this.#refuse(`An event may have ${limits.streamMessageBytes} bytes at most`, numbering, 'too-large');
  }

  /** Settles when everything so far is stored, and what there is to acknowledge was. */
  async confirmed(): Promise<void> {
    this.#isConfirmed = true;
    await this.#intake.settled();
    this.#acknowledgements?.flush();
  }

  /**
   * The socket is gone. Who asks for confirmation sends again what it did not get; what came from the others is stored in any case.
   */
  end(): void {
    if (this.#isConfirmed || this.#acknowledgements) this.#intake.giveUp();
    else void this.#intake.finish();
  }

  #store(taken: Omit<Taken, 'onStored'>, numbering: Numbering): void {
    this.#options.metrics.events.inc({ outcome: 'taken' });
    this.#intake.take({ ...taken, onStored: this.#arrived(numbering) });
  }

  #drop(numbering: Numbering): void {
    this.#options.metrics.events.inc({ outcome: 'dropped' });
    this.#arrived(numbering)();
  }

  /** What can never be stored is done with, too: else it would be sent again for ever. */
  #refuse(reason: string, numbering: Numbering, outcome: 'refused' | 'too-large'): void {
    this.#options.metrics.events.inc({ outcome });
    const isAnswered = this.#acknowledgements && numbering.kind !== 'none';
    this.#options.send(isAnswered ? eventErrorFrame(numbering.value, reason) : errorFrame(reason));
    this.#arrived(numbering)();
  }

  /** What is to be called when an event is done with. */
  #arrived({ value }: Numbering): () => void {
    return (value && this.#acknowledgements?.arrived(value)) ?? (() => undefined);
  }
}
