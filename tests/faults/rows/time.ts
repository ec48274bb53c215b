import { setTimeout as delay } from 'node:timers/promises';
import { deriveId } from '@takaro/contracts/ids';
import type { ExecutionOutput } from '@takaro/contracts/modules/execution-history';
import { writeModule } from '../../system/author.ts';
import type { Fault } from '../fault.ts';
import { SLACK } from '../latency.ts';
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

export type Tick = Pick<ExecutionOutput, 'installationId' | 'componentId' | 'causeId' | 'createdAt'>;

const ticksOf = async (town: Town): Promise<readonly Tick[]> => (await town.executions()).filter(({ trigger }) => trigger === 'cronjob');

const LATE_MS = 5_000;

/** Every slot since the first that was fired until the last ran once, and not late. */
export function complaintsOfSlots(ticks: readonly Tick[]): string[] {
  const [one] = ticks;
  if (!one) return ['no slot was fired at all'];
  const times = ticks.map(({ createdAt }) => Math.floor(Date.parse(createdAt) / EVERY_MS) * EVERY_MS);
  const complaints: string[] = [];
  for (let slot = Math.min(...times); slot <= Math.max(...times); slot += EVERY_MS) {
    const causeId = deriveId('slot', one.installationId, one.componentId, new Date(slot).toISOString());
    const fired = ticks.filter((tick) => tick.causeId === causeId);
    if (fired.length !== 1) complaints.push(`the slot ${new Date(slot).toISOString()} was fired ${fired.length} times`);
    for (const { createdAt } of fired) {
      const lateMs = Date.parse(createdAt) - slot;
      if (lateMs > LATE_MS * SLACK) complaints.push(`the slot ${new Date(slot).toISOString()} was fired ${lateMs} ms late`);
    }
  }
  return complaints;
}

/** A complaint for every slot that was not fired once. */
export const checkSlots = async ({ towns }: Siege): Promise<string[]> => (await Promise.all(towns.map(ticksOf))).flatMap(complaintsOfSlots);

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
    return (await Promise.all(towns.map(ticksOf))).flatMap(complaintsOfRepeats);
  },
};

/** A slot has one id; no clock makes it run again. */
export function complaintsOfRepeats(ticks: readonly Pick<Tick, 'causeId'>[]): string[] {
  const slots = ticks.map(({ causeId }) => causeId);
  if (slots.length === 0) return ['no slot was fired at all'];
  return slots.filter((slot, index) => slots.indexOf(slot) < index).map((slot) => `the slot ${slot} ran twice`);
}

export const TIME: readonly Fault[] = [killAtSlot, jump];
