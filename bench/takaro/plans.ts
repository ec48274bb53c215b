import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@takaro/contracts/services';
import { serviceRole } from '@takaro/tenant-db';
import type pg from 'pg';
import type { System } from './system.ts';

/** How PostgreSQL answered one statement. */
export interface Plan {
  readonly text: string;
  /** Whether it answers a page: it has a limit. */
  readonly isPage: boolean;
  readonly indexes: readonly string[];
  readonly ms: number;
}

export interface Plans extends AsyncDisposable {
  /** What was answered since it was asked for the last time. */
  take(): readonly Plan[];
}

const SETTINGS: Readonly<Record<string, string>> = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_format': 'json',
};

/** Lets PostgreSQL write how it answers each statement of these services, and reads it from its log. */
export async function watchPlans({ hear }: System, client: pg.Client, services: readonly ServiceName[]): Promise<Plans> {
  const roles = services.map((service) => serviceRole(service));
  const renewConnections = (): Promise<unknown> =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = any($1)', [roles]);
  for (const role of roles) {
    for (const [name, value] of Object.entries(SETTINGS)) await client.query(`alter role "${role}" set ${name} = '${value}'`);
  }
  let plans: Plan[] = [];
  const silence = hear(planReader((plan) => plans.push(plan)));
  await renewConnections();
  return {
    take: () => {
      const taken = plans;
      plans = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      silence();
      for (const role of roles) for (const name of Object.keys(SETTINGS)) await client.query(`alter role "${role}" reset ${name}`);
      await renewConnections();
    },
  };
}

/** How the page of a tenant that is asked for is found, once it stands in the log. */
export async function pagePlan(plans: Plans, schema: string, ask: () => Promise<unknown>): Promise<Plan> {
  plans.take();
  await ask();
  for (let turn = 0; turn < 100; turn += 1) {
    const page = plans.take().find(({ isPage, text }) => isPage && text.includes(schema));
    if (page) return page;
    await delay(20);
  }
  throw new Error('PostgreSQL did not say how it answers a page');
}

/** Plans stand in the log as JSON of several lines, each after a tab. */
function planReader(onPlan: (plan: Plan) => void): (name: string, line: string) => void {
  let lines: string[] | undefined;
  return (name, line) => {
    if (name !== 'postgres') return;
    if (line === '\t{') lines = [];
    if (!lines || !line.startsWith('\t')) return;
    lines.push(line);
    if (line !== '\t}') return;
    const read = planOf(JSON.parse(lines.join('\n')));
    lines = undefined;
    if (read) onPlan(read);
  };
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function planOf(logged: unknown): Plan | undefined {
  if (!isRecord(logged) || !isRecord(logged['Plan'])) return undefined;
  const root = logged['Plan'];
  return {
    text: String(logged['Query Text']),
    isPage: root['Node Type'] === 'Limit',
    indexes: indexesIn(root),
    ms: Number(root['Actual Total Time']),
  };
}

function indexesIn(node: Json): string[] {
  const own = typeof node['Index Name'] === 'string' ? [node['Index Name']] : [];
  const below = Array.isArray(node['Plans']) ? node['Plans'].filter(isRecord) : [];
  return [...own, ...below.flatMap((one) => indexesIn(one))];
}
