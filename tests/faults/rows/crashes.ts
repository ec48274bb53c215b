import { setTimeout as delay } from 'node:timers/promises';
import { searchEvents } from '@takaro/contracts/events/rest';
import type { ExecutionOutput } from '@takaro/contracts/modules/execution-history';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { createDomain, deleteDomain, searchDomains } from '@takaro/contracts/tenancy/domains';
import type { Fault } from '../fault.ts';
import { complaintOfReadiness, SLACK } from '../latency.ts';
import type { Target } from '../siege.ts';
import type { Town } from '../town.ts';
import { until } from '../until.ts';
import { lingerEverywhere } from './linger.ts';

export const kill = (row: string, target: Target, recoveryS = 10): Fault => ({
  row,
  name: `kill -9 of ${target}`,
  recoveryS,
  inflict: async (siege) => {
    await siege.strike(target);
    return [];
  },
});

const HEALTHY_MS = 3_000;

/** A domain is being made while a service is killed: in the end it is there as a whole or not at all. */
const killWhileProvisioning = (row: string, target: Target): Fault => {
  let made: Promise<unknown> = Promise.resolve();
  let externalReference = '';
  return {
    ...kill(row, target),
    name: `kill -9 of ${target} while a domain is made`,
    inflict: async (siege, turn) => {
      externalReference = `${target}-${turn}-${Date.now()}`;
      made = siege.system.admin.call(createDomain, { name: 'half', externalReference }).catch(() => undefined);
      await delay(100 * turn);
      await siege.strike(target);
      return [];
    },
    afterwards: async ({ system }) => {
      const { admin } = system;
      const complaints = await complaintOfReadiness(system, HEALTHY_MS);
      await made;
      const found = async () => (await admin.call(searchDomains, { filters: { externalReference: [externalReference] } })).rows;
      await until('made as a whole', async () => (await found()).every(({ state }) => state === 'ACTIVE'));
      for (const { id } of await found()) await admin.call(deleteDomain, { id, hardDelete: true });
      return complaints;
    },
  };
};

const killRunner: Fault = {
  ...kill('4', 'runner'),
  name: 'kill -9 of runner while functions run',
  inflict: async (siege, turn) => {
    await lingerEverywhere(siege, turn);
    await siege.strike('runner');
    return [];
  },
  check: async ({ towns }) => complaintsOfLost((await Promise.all(towns.map((town) => town.executions()))).flat()),
};

type Ended = Pick<ExecutionOutput, 'componentName' | 'state' | 'attempt'>;

/** What had no effect when its runner was killed is put back, once; what had one is interrupted. Both are to have been tried. */
export function complaintsOfLost(executions: readonly Ended[]): string[] {
  const of = (name: string, test: (one: Ended) => boolean): number =>
    executions.filter((one) => one.componentName === name && test(one)).length;
  const again = of('before', ({ state, attempt }) => state === 'succeeded' && attempt === 2);
  const interrupted = of('after', ({ state }) => state === 'interrupted');
  const more = executions.filter(({ attempt }) => attempt > 2).length;
  return [
    ...(again === 0 ? ['nothing that had no effect was run again'] : []),
    ...(interrupted === 0 ? ['nothing that had an effect was interrupted'] : []),
    ...(more > 0 ? [`${more} executions were put back more than once`] : []),
  ];
}

const STORED_MS = 10_000;

/** Whoever stores events is in nobody's way; so what is told afterwards is looked for. */
const killEvents: Fault = {
  ...kill('3', 'events'),
  afterwards: async (siege, turn) => {
    const text = `told after fault ${turn}`;
    for (const { community } of siege.towns) community.game.say('Alice', text);
    const chats = { filters: { eventName: ['chat-message'] }, sortBy: 'createdAt', sortDirection: 'desc', limit: 1_000 } as const;
    const isStored = async ({ community }: Town): Promise<boolean> =>
      (await community.root.call(searchEvents, chats).catch(() => ({ rows: [] }))).rows.some(({ meta }) => meta?.['msg'] === text);
    const areStored = async (): Promise<boolean> => (await Promise.all(siege.towns.map(isStored))).every(Boolean);
    return until('stored', areStored, { timeoutMs: STORED_MS * SLACK }).then(
      () => [],
      () => [`an event was not stored ${STORED_MS * SLACK} ms after events was killed`],
    );
  },
};

const ALL_BACK_MS = 30_000;

/** Every order of starting must do. */
export const killAll: Fault = {
  row: '12',
  name: 'kill -9 of all services, started in random order',
  recoveryS: 30,
  times: (asked) => asked * 2,
  inflict: async ({ system }) => {
    const held = await Promise.all(system.services.map((child) => child.hold('SIGKILL')));
    const order = held.map((one) => ({ one, at: Math.random() })).toSorted((a, b) => a.at - b.at);
    for (const { one } of order) {
      one.letGo();
      await delay(Math.random() * 500);
    }
    return [];
  },
  afterwards: ({ system }) => complaintOfReadiness(system, ALL_BACK_MS),
};

const STOP_MS = 10_000;

export const terminateEach: Fault = {
  row: '13',
  name: 'SIGTERM to each service, one after the other',
  recoveryS: 10,
  inflict: async (siege, turn) => {
    const complaints: string[] = [];
    for (const service of SERVICE_NAMES) {
      // What takes four seconds is waited for.
      if (service === 'runner') await lingerEverywhere(siege, turn);
      const from = Date.now();
      const ending = await siege.strike(service, 'SIGTERM');
      const tookMs = Date.now() - from;
      if (ending !== 'exit code 0') complaints.push(`${service} ended with ${ending}`);
      if (tookMs > STOP_MS) complaints.push(`${service} took ${tookMs} ms to stop`);
      await siege.system.ready();
    }
    return complaints;
  },
  check: async ({ towns }) => {
    const lists = await Promise.all(towns.map((town) => town.executions()));
    return complaintOfStops(lists.flat());
  },
};

export function complaintOfStops(executions: readonly Pick<ExecutionOutput, 'state'>[]): string[] {
  const interrupted = executions.filter(({ state }) => state === 'interrupted').length;
  return interrupted === 0 ? [] : [`${interrupted} executions were interrupted by stops that should wait for them`];
}

export const CRASHES: readonly Fault[] = [
  killWhileProvisioning('1', 'gateway'),
  killWhileProvisioning('1', 'tenancy'),
  killWhileProvisioning('1', 'gameservers'),
  kill('2', 'connectors'),
  kill('3', 'players'),
  kill('3', 'modules'),
  killEvents,
  killRunner,
  killAll,
  terminateEach,
];
