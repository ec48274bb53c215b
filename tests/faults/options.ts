import { parseArgs } from 'node:util';

export interface Options {
  /** Rows of the table of faults; empty asks for all. */
  readonly rows: readonly string[];
  /** Part of the name of a fault; empty asks for all. */
  readonly name: string;
  /** On what they are tried, as `--list` says it; empty asks for all. */
  readonly on: readonly string[];
  /** How often each fault is inflicted. */
  readonly times: number;
  /** Events per second over all towns. */
  readonly rate: number;
  /** Instead of the faults: what must go wrong where a protection is taken out. */
  readonly controls: boolean;
}

export const HELP = `npm run faults -- [options]

  --rows 1,2,12   which rows of the list of faults (all)
  --name TEXT     only faults that have it in their name
  --on plain,disk only faults that are tried on one of these (--list shows it)
  --times N       how often each fault is inflicted (5)
  --rate N        events a second over three tenants, a tenth of them commands (200)
  --controls      runs with a protection taken out each; exit 1 unless what it protects from is found in every one
  --list          the rows and their faults
  --help          this text

Brings the whole system up and inflicts faults on it while things happen in three tenants. Prints for each fault what was accepted, what of it
came to its end, what was doubled, what was interrupted and how long it took until commands were answered again. Exit 1 unless
everything accepted came to its end, once.`;

/** Undefined when what was asked for makes no sense. */
export function readOptions(args: readonly string[]): (Options & { readonly help: boolean; readonly list: boolean }) | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '' },
      name: { type: 'string', default: '' },
      on: { type: 'string', default: '' },
      times: { type: 'string', default: '5' },
      rate: { type: 'string', default: '200' },
      controls: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { rows, name, on, times, rate, controls, list, help } = values;
  if (!/^[1-9]\d?$/.test(times) || !/^[1-9]\d{0,3}$/.test(rate)) return undefined;
  return { rows: partsOf(rows), name, on: partsOf(on), times: Number(times), rate: Number(rate), controls, list, help };
}

const partsOf = (list: string): string[] => list.split(',').filter((part) => part !== '');
