import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { behind, readFloors } from './floors.ts';
import { flood } from './parts/flood.ts';
import { commandInGame } from './parts/p1-command.ts';
import { eventToRecord } from './parts/p2-event.ts';
import { tenantLife } from './parts/p4-tenants.ts';
import { restApi } from './parts/p6-rest.ts';
import type { Part, PartResult } from './parts/part.ts';
import { bigSearches } from './parts/search.ts';
import { signIns } from './parts/sign-ins.ts';
import { printTable, weather } from './table.ts';
import { startSystem } from './takaro/system.ts';

/** They look at what protects tenants from each other, which the others do without. */
const PACED = new Set(['flood']);
const PARTS: Readonly<Record<string, Part>> = {
  P1: commandInGame,
  P2: eventToRecord,
  P4: tenantLife,
  rest: restApi,
  search: bigSearches,
  'sign-ins': signIns,
  flood,
};

const HELP = `npm run bench -- [options]

  --parts P1,P2,P4,rest,search,sign-ins,flood   which parts (all)
  --rounds N         interleaved rounds per side (3)
  --quick            a tenth of the counts; nothing is held against the floors
  --help             this text

Each part stands beside the limit of this machine, P2 beside peers too, in interleaved rounds of one run. Only ratios count. Exit 1 when one is
behind its floor in bench/floors.json.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function show({ title, head, rows, ratios, notes = [] }: PartResult): void {
  say(`\n${title} (${weather()})`);
  printTable(say, head, rows);
  for (const note of notes) say(note);
  say('');
  printTable(
    say,
    ['ratio', 'value', 'target'],
    ratios.map(({ id, value, target }) => [id, value.toFixed(2), target]),
  );
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      parts: { type: 'string', default: Object.keys(PARTS).join(',') },
      rounds: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const chosen = values.parts.split(',');
  const unknown = chosen.filter((name) => !PARTS[name]);
  if (unknown.length > 0 || !/^[1-9]\d?$/.test(values.rounds)) {
    say(`There is no part ${unknown.join(', ')} or no such number of rounds.\n\n${HELP}`);
    return 1;
  }
  const floors = await readFloors();
  const results = await measure(chosen, { rounds: Number(values.rounds), divide: values.quick ? 10 : 1 });
  for (const result of results) show(result);
  await keep(results);
  const failures = values.quick
    ? []
    : behind(
        results.flatMap(({ ratios }) => ratios),
        floors,
      );
  for (const failure of failures) say(`BEHIND ITS FLOOR  ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

async function measure(names: readonly string[], options: { rounds: number; divide: number }): Promise<PartResult[]> {
  say(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, ${weather()}`);
  const results: PartResult[] = [];
  for (const paced of [false, true]) {
    const chosen = names.filter((name) => PACED.has(name) === paced);
    if (chosen.length === 0) continue;
    await using system = await startSystem({ say, paced });
    for (const name of chosen) {
      const part = PARTS[name];
      if (part) results.push(await part({ ...options, system, say }));
    }
  }
  return results;
}

async function keep(results: readonly PartResult[]): Promise<void> {
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'latest.json'),
    `${JSON.stringify({ at: new Date().toISOString(), weather: weather(), results }, null, 2)}\n`,
  );
}

process.exitCode = await run();
