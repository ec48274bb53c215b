import { readdirSync, readFileSync } from 'node:fs';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { STREAM_NAMES } from '@takaro/contracts/services';
import type { Pool } from 'pg';
import type { System } from '../takaro/system.ts';

/** Gauges of Node that every service has; `/metrics` names the service of each. */
const GAUGES: Readonly<Record<string, string>> = { nodejs_active_resources_total: 'resources', nodejs_active_handles_total: 'handles' };

const MB = 1_048_576;
const PAGE_BYTES = 4_096;

interface Sources {
  readonly system: System;
  readonly nats: NatsConnection;
  readonly pool: Pool;
}

/** Everything that must not grow, as it is now. */
export async function readFigures({ system, nats, pool }: Sources): Promise<Record<string, number>> {
  const processes = { ...system.servicePids, nats: system.natsPid };
  const figures: Record<string, number> = {};
  for (const [name, pid] of Object.entries(processes)) Object.assign(figures, figuresOf(name, pid));
  const functions = childrenOf(system.servicePids['runner'] ?? 0);
  figures['functions processes'] = functions.length;
  figures['functions rss MB'] = functions.reduce((sum, pid) => sum + residentMb(pid), 0);
  return { ...figures, ...(await gauges(system)), ...(await ofNats(nats)), ...(await ofDatabase(pool)) };
}

const figuresOf = (name: string, pid: number): Record<string, number> => ({
  [`${name} rss MB`]: residentMb(pid),
  [`${name} files`]: readdirSync(`/proc/${pid}/fd`).length,
  [`${name} threads`]: readdirSync(`/proc/${pid}/task`).length,
});

/** The second field of proc(5) statm: resident pages. 0 when the process is gone. */
function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / MB;
  } catch {
    return 0;
  }
}

function childrenOf(parent: number): number[] {
  const direct = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === parent);
  return direct.flatMap((name) => [Number(name), ...childrenOf(Number(name))]);
}

function parentOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

async function gauges({ apiUrl }: System): Promise<Record<string, number>> {
  const text = await (await fetch(`${apiUrl}/metrics`)).text();
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, metric = '', service = '', value] = /^(\w+)\{service="(\w+)"\} ([\d.e+]+)$/.exec(line) ?? [];
      const name = GAUGES[metric];
      return name === undefined ? [] : [[`${service} ${name}`, Number(value)]];
    }),
  );
}

/** What waits in streams that must run empty, and what the server keeps for its clients. */
async function ofNats(nats: NatsConnection): Promise<Record<string, number>> {
  const manager = await jetstreamManager(nats);
  const figures: Record<string, number> = { 'nats consumers': 0 };
  for (const stream of STREAM_NAMES) {
    const { state } = await manager.streams.info(stream);
    figures['nats consumers'] = (figures['nats consumers'] ?? 0) + state.consumer_count;
    if (stream === 'DEAD') figures['nats dead messages'] = state.messages;
  }
  const reply = await nats.request('$SYS.REQ.ACCOUNT.PING.CONNZ', '{}', { timeout: 5_000 });
  const { data } = reply.json<{ data: { connections: { subscriptions: number }[] } }>();
  figures['nats connections'] = data.connections.length;
  figures['nats subscriptions'] = data.connections.reduce((sum, { subscriptions }) => sum + subscriptions, 0);
  return figures;
}

async function ofDatabase(pool: Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ connections: string }>(
    `select count(*) as connections from pg_stat_activity where backend_type = 'client backend'`,
  );
  return { 'postgres connections': Number(rows[0]?.connections) };
}
