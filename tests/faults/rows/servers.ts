import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { searchDomains } from '@takaro/contracts/tenancy/domains';
import pg from 'pg';
import type { Fault } from '../fault.ts';
import { complaintOfWait, SLACK } from '../latency.ts';
import type { Siege, Target } from '../siege.ts';

const strike = (row: string, name: string, target: Target, signal: NodeJS.Signals): Fault => ({
  row,
  name,
  recoveryS: 5,
  times: (asked) => (target === 'nats' ? asked + 1 : asked),
  inflict: async (siege) => {
    await siege.strike(target, signal);
    return [];
  },
});

/** The first time as long as it takes to notice everything, then shorter. */
const AWAY_MS = { first: 60_000, again: 15_000 };
const REFUSAL_MS = 1_000;

const natsAway: Fault = {
  row: '7',
  name: 'NATS away for 60 s, then four times for 15 s',
  recoveryS: 10,
  inflict: async (siege, turn) => {
    const { letGo } = await siege.child('nats').hold('SIGKILL');
    const from = Date.now();
    await delay(2_000);
    const complaints = await complaintsOfRefusal(siege);
    await delay((turn === 1 ? AWAY_MS.first : AWAY_MS.again) - (Date.now() - from));
    letGo();
    return complaints;
  },
};

/** Without the bus the gateway says so, soon. */
async function complaintsOfRefusal({ system }: Siege): Promise<string[]> {
  const from = Date.now();
  const answer = await fetch(`${system.apiUrl}${searchDomains.rest?.path}`, { method: 'POST', body: '{}' });
  const tookMs = Date.now() - from;
  await answer.body?.cancel();
  // Whoever asks is looked at first: nobody is let in while those who could say so are away.
  return [
    ...(answer.status === 503 || answer.status === 401 || answer.status === 403 ? [] : [`the gateway answered ${answer.status}`]),
    ...(tookMs > REFUSAL_MS * SLACK ? [`the gateway answered after ${tookMs} ms`] : []),
  ];
}

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
    return complaintOfWait(others, [0, from], [from, Date.now()], 2);
  },
};

export const SERVERS: readonly Fault[] = [
  strike('6', 'kill -9 of nats-server', 'nats', 'SIGKILL'),
  natsAway,
  wipeStore,
  strike('9', 'fast restart of PostgreSQL', 'postgres', 'SIGINT'),
  strike('9', 'kill -9 of PostgreSQL', 'postgres', 'SIGKILL'),
  outOfConnections,
  slowQuery,
];
