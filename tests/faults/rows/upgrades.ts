import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import { setNewer } from '../outside.ts';
import { type Siege, stop } from '../siege.ts';

/** Services are started again one by one, as a later version and back, so that old and new work together all the while. */
const rolling: Fault = {
  row: '59',
  name: 'services go one by one to a later version, whose messages say more, and back',
  on: 'moved',
  recoveryS: 10,
  inflict: async (siege, turn) => {
    const complaints: string[] = [];
    await setNewer(siege.system, turn % 2 === 1);
    for (const { name } of siege.system.services) {
      const ending = await stop(siege, name);
      if (ending !== 'exit code 0') complaints.push(`${name} ended with ${ending}`);
      await delay(1_000);
      await siege.system.ready();
    }
    return complaints;
  },
  check: async (siege) => {
    await setNewer(siege.system, false);
    return failedIn(siege);
  },
};

async function failedIn({ towns }: Siege): Promise<string[]> {
  const executions = (await Promise.all(towns.map((town) => town.executions()))).flat();
  const failed = executions.filter(({ state }) => state === 'failed' || state === 'interrupted');
  return failed.map(({ componentName, state, reason }) => `${componentName} ${state}: ${reason}`);
}

export const UPGRADES: readonly Fault[] = [rolling];
