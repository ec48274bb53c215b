import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { leaderOf } from '@takaro/testing/backlog';
import type { Fault, Ground } from '../fault.ts';
import type { Target } from '../siege.ts';
import { killAll } from './crashes.ts';
import { DELIVERY_TO_COPIES } from './delivery.ts';
import { killServers } from './servers.ts';
import { checkSlots, startClocks } from './time.ts';

const NODES = ['nats', 'nats-2', 'nats-3'] as const satisfies readonly Target[];
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

const killCopies: Fault = {
  row: '3',
  name: 'kill -9 of one of two copies of each service, one service after the other',
  recoveryS: 10,
  inflict: async (siege) => {
    for (const service of SERVICE_NAMES) {
      await siege.strike(pick<Target>([service, `${service}-2`]));
      await delay(500);
    }
    await siege.system.ready();
    return [];
  },
};

const killNode = killServers({ name: 'kill -9 of one of three servers of NATS', recoveryS: 2 }, (_, turn) => [
  NODES[turn % NODES.length] ?? 'nats',
]);

const killLeader = killServers({ name: 'kill -9 of the server of NATS that leads the stream INGEST', recoveryS: 2 }, async ({ system }) => {
  const leader = await leaderOf(system, 'INGEST');
  return [leader === 'takaro-2' ? 'nats-2' : leader === 'takaro-3' ? 'nats-3' : 'nats'];
});

const killCluster = killServers({ name: 'kill -9 of all three servers of NATS together', recoveryS: 2 }, () => NODES);

const twoSchedulers: Fault = {
  row: '23',
  name: 'two schedulers, of which one or the other is killed',
  recoveryS: 10,
  prepare: startClocks,
  inflict: async (siege) => {
    await delay(10_000);
    await siege.strike(pick<Target>(['modules', 'modules-2']));
    return [];
  },
  check: checkSlots,
};

const on = (ground: Ground, faults: readonly Fault[]): Fault[] =>
  faults.map((fault) => ({ ...fault, name: `${ground}: ${fault.name}`, on: ground }));

/** Two of each service; three servers of NATS; both. */
export const COPIES: readonly Fault[] = [
  ...on('copies', [killCopies, killAll, twoSchedulers, ...DELIVERY_TO_COPIES]),
  ...on('cluster', [killNode, killLeader, killCluster, killAll]),
  ...on('copies on a cluster', [killCopies, killNode, killLeader, killCluster, killAll, twoSchedulers, ...DELIVERY_TO_COPIES]),
];
