import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import pg from 'pg';
import { printTable, weather } from '../table.ts';
import { startSystem } from '../takaro/system.ts';
import { collectAll, collecting } from './collecting.ts';
import { readFigures } from './figures.ts';
import { ANSWERED_WITHIN_MS, type Load, openLoad } from './load.ts';
import { judge, type Line, type Sample } from './verdict.ts';

const HELP = `npm run soak -- [options]

  --minutes N      how long (30)
  --per-second N   commands a second over three tenants, each beside a chat message that is none (half of what it can do, which is
                   measured first)
  --help           this text

Starts the whole system, keeps it busy, and reads every half minute what must not grow: memory (of a service right after it collected its
garbage, which V8 lets lie for minutes at such a load), open files, threads, Node's resources and handles, NATS connections, subscriptions
and consumers, connections of PostgreSQL. Exit 1 when something grows, a command was not answered or a message was given up on.`;

const EVERY_MS = 30_000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      'per-second': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  const wished = values['per-second'];
  const perSecond = wished === undefined ? null : Number(wished);
  if (values.help || !(minutes > 0) || (perSecond !== null && !(perSecond > 0))) {
    say(HELP);
    return values.help ? 0 : 1;
  }
  say(`soak: ${minutes} minutes (${weather()})`);
  const { samples, lost } = await soak({ minutes, perSecond });
  const lines = judge(samples);
  show(lines, samples);
  await keep(lines, samples);
  const growing = lines.filter(({ verdict }) => verdict === 'GROWS');
  if (lost > 0) say(`${lost} commands were not answered`);
  return growing.length === 0 && lost === 0 ? 0 : 1;
}

interface Soak {
  readonly minutes: number;
  /** Null: half of what the system can do. */
  readonly perSecond: number | null;
}

async function soak({ minutes, perSecond }: Soak): Promise<{ samples: Sample[]; lost: number }> {
  await using open = new AsyncDisposableStack();
  const system = open.use(await startSystem({ say, paced: true, environment: collecting() }));
  const authenticator = credsAuthenticator(new TextEncoder().encode(system.setupCredentials));
  const nats = await connect({ servers: system.servers.natsUrl, authenticator });
  open.defer(() => nats.close());
  const pool = new pg.Pool({ connectionString: system.servers.adminUrl, max: 1 });
  open.defer(() => pool.end());
  const load = open.use(await openLoad(system));
  const rate = perSecond ?? (await halfLoad(load));
  say(`${rate.toFixed(1)} commands a second`);
  load.start(rate);
  const samples: Sample[] = [];
  const end = performance.now() + minutes * 60_000;
  for (let nr = 1; performance.now() < end; nr += 1) {
    await delay(Math.min(EVERY_MS, (minutes * 60_000) / 20));
    await collectAll(system);
    const sample = { executions: await load.executions(), figures: await readFigures({ system, nats, pool }) };
    samples.push(sample);
    if (nr % 4 === 1) say(`  ${sample.executions} executions, ${load.answered()} of ${load.asked()} commands answered (${weather()})`);
  }
  load.stop();
  const deadline = performance.now() + ANSWERED_WITHIN_MS;
  while (load.answered() < load.asked() && performance.now() < deadline) await delay(250);
  return { samples, lost: load.asked() - load.answered() };
}

async function halfLoad(load: Load): Promise<number> {
  const most = await load.most();
  say(`with 32 at once ${most.toFixed(1)} commands a second were answered`);
  return most / 2;
}

function show(lines: readonly Line[], samples: readonly Sample[]): void {
  say('');
  printTable(
    say,
    ['figure', 'from', 'to', '% per 1,000', 'verdict'],
    lines.map(({ name, from, to, slope, verdict }) => [name, from.toFixed(1), to.toFixed(1), slope.toFixed(3), verdict]),
  );
  say(`\n${samples.at(-1)?.executions ?? 0} executions (${weather()})`);
}

async function keep(lines: readonly Line[], samples: readonly Sample[]): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'soak.json'), `${JSON.stringify({ at: new Date().toISOString(), lines, samples }, null, 2)}\n`);
}

process.exitCode = await run();
