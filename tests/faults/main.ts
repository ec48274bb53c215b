import { cpus } from 'node:os';
import { CONTROLS } from './controls.ts';
import { type Fault, Skipped } from './fault.ts';
import { FAULTS } from './faults.ts';
import { Host } from './host.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { complaintsOf, isGood, keep, tableOf, weather } from './report.ts';
import { type Outcome, runFault } from './run-fault.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const { rows = [], on: grounds = [], name: part = '' } = options ?? {};
  const isAmong = (list: readonly string[], one: string): boolean => list.length === 0 || list.includes(one);
  const chosen = FAULTS.filter(({ row, name, on = 'plain' }) => isAmong(rows, row) && isAmong(grounds, on) && name.includes(part));
  if (!options || chosen.length === 0) {
    say(HELP);
    return 1;
  }
  if (options.help) say(HELP);
  else if (options.list) for (const { row, name, on = 'plain' } of chosen) say(`${row.padStart(3)}  ${on.padEnd(19)}  ${name}`);
  else return options.controls ? takeOut(options) : besiege(chosen, options);
  return 0;
}

async function besiege(faults: readonly Fault[], options: Options): Promise<number> {
  say(`${faults.length} faults, each ${options.times} times under ${options.rate} events/s from three tenants`);
  say(`${cpus().length} cores, ${weather()}`);
  const began = Date.now();
  const outcomes: Outcome[] = [];
  await using host = new Host();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void host[Symbol.asyncDispose]().then(() => process.exit(130)));
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
  const [good, skipped] = [outcomes.filter(isGood).length, outcomes.filter((outcome) => outcome.skipped !== undefined).length];
  const faulty = outcomes.length - good - skipped;
  say(`${good} good, ${faulty} faulty, ${skipped} skipped, after ${Math.round((Date.now() - began) / 1_000)} s (${weather()})`);
  return faulty === 0 && good > 0 ? 0 : 1;
}

/** Each control once: one that finds nothing is what fails. */
async function takeOut({ rate }: Options): Promise<number> {
  await using host = new Host();
  let blind = 0;
  for (const { fault, isFound, harm } of CONTROLS) {
    say(`\n${fault.on}, row ${fault.row}: ${fault.name} (${weather()})`);
    const outcome = await attempt(host, fault, { times: 2, rate });
    for (const line of complaintsOf(outcome)) say(line);
    const found = isFound(outcome);
    if (!found) blind += 1;
    const { accepted, final, doubled } = outcome.tally;
    say(`${found ? 'found' : 'NOT FOUND'}: ${harm} (accepted ${accepted}, final ${final}, doubled ${doubled})`);
  }
  say(`${CONTROLS.length - blind} controls found the harm, ${blind} did not`);
  return blind === 0 ? 0 : 1;
}

/** The whole of it is in the log of the system. */
const SAID_LINES = 5;

async function attempt(host: Host, fault: Fault, { times, rate }: Pick<Options, 'times' | 'rate'>): Promise<Outcome> {
  host.note(`row ${fault.row}: ${fault.name}`);
  try {
    return await runFault(await host.system(fault.on ?? 'plain'), fault, { times, rate, say });
  } catch (error) {
    const nothing = { row: fault.row, name: fault.name, times, recoveriesS: [], loses: false };
    const tally = { accepted: 0, final: 0, doubled: 0, interrupted: 0 };
    if (error instanceof Skipped) return { ...nothing, tally, complaints: [], skipped: error.message };
    // What this fault left must not be held against the next one.
    await host[Symbol.asyncDispose]();
    const text = String(error).split('\n').slice(0, SAID_LINES).join('\n');
    return { ...nothing, tally, complaints: [`given up: ${text}`] };
  }
}

process.exitCode = await run();
