import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { System } from '@takaro/testing/system';
import type { Fault } from './fault.ts';
import { FAULTS } from './faults.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { complaintsOf, isGood, keep, RESULTS, tableOf, weather } from './report.ts';
import { type Outcome, runFault } from './run-fault.ts';
import { startBesieged } from './siege.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const chosen = FAULTS.filter(({ row }) => !options?.rows.length || options.rows.includes(row));
  if (!options || chosen.length === 0) {
    say(HELP);
    return 1;
  }
  if (options.help) say(HELP);
  else if (options.list) for (const { row, name } of chosen) say(`${row.padStart(3)}  ${name}`);
  else return besiege(chosen, options);
  return 0;
}

async function besiege(faults: readonly Fault[], options: Options): Promise<number> {
  say(`${faults.length} faults, each ${options.times} times under ${options.rate} events/s from three tenants`);
  say(`${cpus().length} cores, ${weather()}`);
  const began = Date.now();
  const outcomes: Outcome[] = [];
  await using host = new Host();
  for (const fault of faults) {
    say(`\nrow ${fault.row}: ${fault.name} (${weather()})`);
    const outcome = await attempt(host, fault, options);
    outcomes.push(outcome);
    for (const line of complaintsOf(outcome)) say(line);
    await keep(outcomes, { times: options.times, rate: options.rate });
  }
  say('');
  for (const line of tableOf(outcomes)) say(line);
  say('');
  for (const line of outcomes.flatMap(complaintsOf)) say(line);
  const good = outcomes.filter(isGood).length;
  say(`${good} good, ${outcomes.length - good} faulty, after ${Math.round((Date.now() - began) / 1_000)} s (${weather()})`);
  return good === outcomes.length ? 0 : 1;
}

function openLog(): WriteStream {
  mkdirSync(RESULTS, { recursive: true });
  return createWriteStream(join(RESULTS, 'system.log'));
}

/** One system serves fault after fault, until one breaks it. */
class Host implements AsyncDisposable {
  readonly #log = openLog();
  #system: System | undefined;

  async system(): Promise<System> {
    this.#system ??= await startBesieged({ log: (name, line) => void this.#log.write(`${new Date().toISOString()} ${name}: ${line}\n`) });
    return this.#system;
  }

  note(text: string): void {
    this.#log.write(`--- ${text}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#system?.[Symbol.asyncDispose]();
    this.#system = undefined;
  }
}

/** The whole of it is in the log of the system. */
const SAID_LINES = 5;

async function attempt(host: Host, fault: Fault, { times, rate }: Options): Promise<Outcome> {
  host.note(`row ${fault.row}: ${fault.name}`);
  try {
    return await runFault(await host.system(), fault, { times, rate, say });
  } catch (error) {
    // What this fault left must not be held against the next one.
    await host[Symbol.asyncDispose]();
    const text = String(error).split('\n').slice(0, SAID_LINES).join('\n');
    const tally = { accepted: 0, final: 0, doubled: 0, interrupted: 0 };
    return { row: fault.row, name: fault.name, times, tally, recoveriesS: [], loses: false, complaints: [`given up: ${text}`] };
  }
}

process.exitCode = await run();
