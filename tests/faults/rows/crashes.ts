import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { createDomain, deleteDomain, searchDomains } from '@takaro/contracts/tenancy/domains';
import type { Fault } from '../fault.ts';
import type { Target } from '../siege.ts';
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

/** A domain is being made while a service is killed: in the end it is there as a whole or not at all. */
const killWhileProvisioning = (row: string, target: Target): Fault => ({
  ...kill(row, target),
  name: `kill -9 of ${target} while a domain is made`,
  inflict: async (siege, turn) => {
    const { admin } = siege.system;
    const externalReference = `${target}-${turn}-${Date.now()}`;
    const made = admin.call(createDomain, { name: 'half', externalReference }).catch(() => undefined);
    await delay(100 * turn);
    await siege.strike(target);
    await siege.system.ready();
    await made;
    const found = async () => (await admin.call(searchDomains, { filters: { externalReference: [externalReference] } })).rows;
    await until('made as a whole', async () => (await found()).every(({ state }) => state === 'ACTIVE'));
    for (const { id } of await found()) await admin.call(deleteDomain, { id, hardDelete: true });
    return [];
  },
});

const killRunner: Fault = {
  ...kill('4', 'runner'),
  name: 'kill -9 of runner while functions run',
  inflict: async (siege, turn) => {
    await lingerEverywhere(siege, turn);
    await siege.strike('runner');
    return [];
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
    const from = Date.now();
    await system.ready();
    const tookMs = Date.now() - from;
    return tookMs > ALL_BACK_MS * 10 ? [`the system was healthy after ${tookMs} ms`] : [];
  },
};

const STOP_MS = 10_000;

const terminateEach: Fault = {
  row: '13',
  name: 'SIGTERM to each service, one after the other',
  recoveryS: 10,
  inflict: async (siege) => {
    const complaints: string[] = [];
    for (const service of SERVICE_NAMES) {
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
    const interrupted = lists.flat().filter(({ state }) => state === 'interrupted').length;
    return interrupted === 0 ? [] : [`${interrupted} executions were interrupted by stops that should wait for them`];
  },
};

export const CRASHES: readonly Fault[] = [
  killWhileProvisioning('1', 'gateway'),
  killWhileProvisioning('1', 'tenancy'),
  killWhileProvisioning('1', 'gameservers'),
  kill('2', 'connectors'),
  kill('3', 'players'),
  kill('3', 'modules'),
  kill('3', 'events'),
  killRunner,
  killAll,
  terminateEach,
];
