import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { leaderOf } from '@takaro/testing/backlog';
import type { Fault, Ground } from '../fault.ts';
import type { Target } from '../siege.ts';
import { killAll } from './crashes.ts';
import { DELIVERY_TO_COPIES } from './delivery.ts';
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

const killNode: Fault = {
  row: '6',
  name: 'kill -9 of one of three servers of NATS',
  recoveryS: 2,
  inflict: async (siege, turn) => {
    await siege.strike(NODES[turn % NODES.length] ?? 'nats');
    return [];
  },
};

const killLeader: Fault = {
  row: '6',
  name: 'kill -9 of the server of NATS that leads the stream INGEST',
  recoveryS: 2,
  inflict: async (siege) => {
    const leader = await leaderOf(siege.system, 'INGEST');
    await siege.strike(leader === 'takaro-2' ? 'nats-2' : leader === 'takaro-3' ? 'nats-3' : 'nats');
    return [];
  },
};

const killCluster: Fault = {
  row: '6',
  name: 'kill -9 of all three servers of NATS together',
  recoveryS: 2,
  inflict: async (siege) => {
    await Promise.all(NODES.map((node) => siege.strike(node)));
    return [];
  },
};

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
