import type { Fault, Unprotected } from './fault.ts';
import { kill, terminateEach } from './rows/crashes.ts';
import { asleep, repeat } from './rows/delivery.ts';
import type { Outcome } from './run-fault.ts';

/** A fault that must do harm where a protection is taken out; else what finds nothing otherwise could find nothing at all. */
export interface Control {
  readonly fault: Fault & { readonly on: Unprotected };
  /** Whether the harm that the protection is for was found. */
  readonly isFound: (outcome: Outcome) => boolean;
  readonly harm: string;
}

const isDoubled = ({ tally }: Outcome): boolean => tally.doubled > 0;
const isLost = ({ tally }: Outcome): boolean => tally.accepted > 0 && tally.final < tally.accepted;
/** A run that came to nothing proves nothing. */
const EFFECT_TWICE = /was answered [2-9] times/;
const INTERRUPTED = /^\d+ executions were interrupted by stops/;

export const CONTROLS: readonly Control[] = [
  { fault: { ...repeat, on: 'without dedupe' }, isFound: isDoubled, harm: 'events and commands doubled' },
  {
    fault: { ...asleep('runner'), on: 'without fencing' },
    isFound: (outcome) => isDoubled(outcome) && outcome.complaints.some((text) => EFFECT_TWICE.test(text)),
    harm: 'an effect of an attempt that was overtaken',
  },
  { fault: { ...kill('6', 'nats'), on: 'without acceptance' }, isFound: isLost, harm: 'what was accepted lost' },
  {
    fault: { ...terminateEach, on: 'without drain' },
    isFound: ({ complaints }) => complaints.some((text) => INTERRUPTED.test(text)),
    harm: 'what ran when a service was stopped interrupted',
  },
];
