import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { searchVariables } from '@takaro/contracts/modules/variables';
import { searchDomains } from '@takaro/contracts/tenancy/domains';
import { RestRefusal } from '@takaro/infra/local/rest-client';
import pg from 'pg';
import type { Fault } from '../fault.ts';
import { calm, complaintOfAcceptance, complaintOfWait, SLACK } from '../latency.ts';
import type { Siege, Target } from '../siege.ts';

const strike = (about: Pick<Fault, 'row' | 'name' | 'recoveryS'>, target: Target, signal: NodeJS.Signals): Fault => ({
  ...about,
  inflict: async (siege) => {
    await siege.strike(target, signal);
    return [];
  },
});

/** After a server of NATS was killed. */
const ACCEPTED_MS = 2_000;

export const killServers = (about: Pick<Fault, 'name' | 'recoveryS'>, choose: Choose): Fault => ({
  ...about,
  row: '6',
  times: (asked) => asked + 1,
  inflict: async (siege, turn) => {
    const targets = await choose(siege, turn);
    await Promise.all(targets.map((target) => siege.strike(target)));
    return [];
  },
  afterwards: ({ towns }) => complaintOfAcceptance(towns, ACCEPTED_MS),
});

type Choose = (siege: Siege, turn: number) => readonly Target[] | Promise<readonly Target[]>;

/** The first time as long as it takes to notice everything, then shorter. */
const AWAY_MS = { first: 60_000, again: 15_000 };
const REFUSAL_MS = 1_000;

const natsAway: Fault = {
  row: '7',
  name: 'NATS away for 60 s, then four times for 15 s',
  recoveryS: 10,
  inflict: async (siege, turn) => {
    const before = complaintsOfStatus(await askAround(siege), 200);
    const { letGo } = await siege.child('nats').hold('SIGKILL');
    const from = Date.now();
    await delay(2_000);
    const complaints = [...before, ...complaintsOfStatus(await askAround(siege), 503)];
    await delay((turn === 1 ? AWAY_MS.first : AWAY_MS.again) - (Date.now() - from));
    letGo();
    return complaints;
  },
};

export interface Asked {
  readonly who: string;
  readonly status: number;
  readonly tookMs: number;
}

/** What the API says to those who may ask it. */
async function askAround({ system, towns }: Siege): Promise<readonly Asked[]> {
  const asks: Readonly<Record<string, () => Promise<unknown>>> = {
    'who has the admin secret': () => system.admin.call(searchDomains, { limit: 1 }),
    'the root of a town': async () => towns[0]?.community.root.call(searchVariables, { limit: 1 }),
  };
  const one = async ([who, ask]: [string, () => Promise<unknown>]): Promise<Asked> => {
    const from = Date.now();
    const status = await ask().then(
      () => 200,
      (error: unknown) => (error instanceof RestRefusal ? error.status : 0),
    );
    return { who, status, tookMs: Date.now() - from };
  };
  return Promise.all(Object.entries(asks).map(one));
}

/** Without the bus the gateway says so, soon. */
export const complaintsOfStatus = (asked: readonly Asked[], wanted: number): string[] =>
  asked.flatMap(({ who, status, tookMs }) => [
    ...(status === wanted ? [] : [`the gateway answered ${who} ${status} in place of ${wanted}`]),
    ...(tookMs > REFUSAL_MS * SLACK ? [`the gateway answered ${who} after ${tookMs} ms`] : []),
  ]);

const wipeStore: Fault = {
  row: '8',
  name: 'store of NATS wiped',
  recoveryS: 30,
  loses: true,
  inflict: async (siege) => {
    const { letGo } = await siege.child('nats').hold('SIGKILL');
    await rm(join(siege.system.data, 'nats', 'streams'), { recursive: true, force: true });
    letGo();
    return [];
  },
};

const admin = async ({ system }: Siege): Promise<pg.Client> => {
  // The superuser, in the database of the services.
  const url = new URL(system.servers.adminUrl);
  url.pathname = new URL(system.databaseUrls.modules ?? '').pathname;
  const client = new pg.Client(url.href);
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

const CROWDED_MS = 10_000;
const MOST = 300;

const outOfConnections: Fault = {
  row: '10',
  name: 'PostgreSQL out of connections for 10 s',
  recoveryS: 5,
  inflict: async (siege) => {
    const crowd: pg.Client[] = [await admin(siege)];
    try {
      // The first ends what services have; the others take every place before they are back.
      await crowd[0]?.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'takaro%'`);
      while (crowd.length < MOST) crowd.push(await admin(siege));
      return ['there was no end of connections'];
    } catch (error) {
      if (!String(error).includes('too many clients')) throw error;
      await delay(CROWDED_MS);
      return [];
    } finally {
      await Promise.all(crowd.map((client) => client.end()));
    }
  },
};

const SLOW_MS = { first: 30_000, again: 10_000 };

const slowQuery: Fault = {
  row: '10',
  name: 'a query of one tenant holds its tables for 30 s, then 10 s',
  recoveryS: 5,
  inflict: async (siege, turn) => {
    const [slow, ...others] = siege.towns;
    const client = await admin(siege);
    const before = await calm();
    const from = Date.now();
    const ms = turn === 1 ? SLOW_MS.first : SLOW_MS.again;
    try {
      await client.query('BEGIN');
      await client.query(`LOCK TABLE "domain_${slow?.community.domainId}"."execution" IN ACCESS EXCLUSIVE MODE`);
      await client.query('SELECT pg_sleep($1)', [ms / 1_000]);
      await client.query('ROLLBACK');
    } finally {
      await client.end();
    }
    return complaintOfWait(others, before, [from, Date.now()], 2);
  },
};

export const SERVERS: readonly Fault[] = [
  killServers({ name: 'kill -9 of nats-server', recoveryS: 2 }, () => ['nats']),
  natsAway,
  wipeStore,
  strike({ row: '9', name: 'fast restart of PostgreSQL', recoveryS: 5 }, 'postgres', 'SIGINT'),
  strike({ row: '9', name: 'kill -9 of PostgreSQL', recoveryS: 5 }, 'postgres', 'SIGKILL'),
  outOfConnections,
  slowQuery,
];
