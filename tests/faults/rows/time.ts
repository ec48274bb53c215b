import { setTimeout as delay } from 'node:timers/promises';
import { deriveId } from '@takaro/contracts/ids';
import { writeModule } from '../../system/author.ts';
import type { Fault } from '../fault.ts';
import { setClocks } from '../outside.ts';
import type { Siege } from '../siege.ts';
import type { Town } from '../town.ts';

/** Slots of the cron jobs follow one another this fast. */
const EVERY_S = 20;
const EVERY_MS = EVERY_S * 1_000;

/** Every town gets a cron job. */
export async function startClocks({ towns }: Siege): Promise<void> {
  for (const { community } of towns) {
    const author = await writeModule(community, 'clock');
    await author.cronJob(`*/${EVERY_S} * * * * *`, [`console.log('tick')`]);
    await author.install();
  }
}

/** Every slot since the first that was fired until the last ran once. */
async function slotsMissed(town: Town): Promise<string[]> {
  const ticks = (await town.executions()).filter(({ trigger }) => trigger === 'cronjob');
  const [one] = ticks;
  if (!one) return ['no slot was fired at all'];
  const times = ticks.map(({ createdAt }) => Math.floor(Date.parse(createdAt) / EVERY_MS) * EVERY_MS);
  const complaints: string[] = [];
  for (let slot = Math.min(...times); slot <= Math.max(...times); slot += EVERY_MS) {
    const causeId = deriveId('slot', one.installationId, one.componentId, new Date(slot).toISOString());
    const count = ticks.filter((tick) => tick.causeId === causeId).length;
    if (count !== 1) complaints.push(`the slot ${new Date(slot).toISOString()} was fired ${count} times`);
  }
  return complaints;
}

/** A complaint for every slot that was not fired once. */
export const checkSlots = async ({ towns }: Siege): Promise<string[]> => (await Promise.all(towns.map(slotsMissed))).flat();

const killAtSlot: Fault = {
  row: '5',
  name: 'kill -9 of modules when a cron job is due',
  recoveryS: 5,
  prepare: startClocks,
  inflict: async (siege, turn) => {
    await delay(EVERY_MS - (Date.now() % EVERY_MS) + 60 * (turn - 1));
    await siege.strike('modules');
    return [];
  },
  check: checkSlots,
};

const HOUR_MS = 3_600_000;
/** The clocks of all services, away from that of the machine. */
const JUMPS_MS = [HOUR_MS, 0, -HOUR_MS, 0, 24 * HOUR_MS, 0];

const jump: Fault = {
  row: '25',
  name: 'clocks jump by 1 h, back, by -1 h, back, by a day, and back',
  on: 'moved',
  recoveryS: 10,
  times: () => JUMPS_MS.length,
  prepare: startClocks,
  inflict: async ({ system }, turn) => {
    await setClocks(system, JUMPS_MS[(turn - 1) % JUMPS_MS.length] ?? 0);
    await delay(EVERY_MS / 2);
    return [];
  },
  check: async ({ system, towns }) => {
    await setClocks(system, 0);
    return (await Promise.all(towns.map(slotsTwice))).flat();
  },
};

/** A slot has one id; no clock makes it run again. */
async function slotsTwice(town: Town): Promise<string[]> {
  const ticks = (await town.executions()).filter(({ trigger }) => trigger === 'cronjob').map(({ causeId }) => causeId);
  return ticks.filter((slot, index) => ticks.indexOf(slot) < index).map((slot) => `the slot ${slot} ran twice`);
}

export const TIME: readonly Fault[] = [killAtSlot, jump];
