import { SERVICE_NAMES } from '@takaro/contracts/services';
import { expect, test } from 'vitest';
import { openSiege, type Target } from './siege.ts';

const TIMES = 5;
const TARGETS: readonly Target[] = [...SERVICE_NAMES, 'nats', 'postgres'];

test.each(TARGETS)(
  `kill -9 of %s ${TIMES} times under load: nothing accepted is lost, nothing happens twice, who is online is online`,
  { timeout: 900_000 },
  async (target) => {
    await using siege = await openSiege();

    for (let time = 1; time <= TIMES; time += 1) {
      await siege.killMidFlow(target, { mark: `${target}-${time}` });
      await siege.untilQuiet();
      await expect.poll(() => siege.faults(), { timeout: 60_000, interval: 1_000 }).toEqual([]);
    }

    for (const town of siege.towns) {
      const { known, real } = await town.online();
      expect(known).toEqual(real);
    }
  },
);
