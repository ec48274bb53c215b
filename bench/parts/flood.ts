import { openFlooder } from '../takaro/flooder.ts';
import { openQuietTenants } from '../takaro/quiet-tenants.ts';
import { untilWorkedOff } from '../takaro/worked-off.ts';
import { besideFlood } from './beside-flood.ts';
import type { Part } from './part.ts';

const TENANTS = 50;
const ROUND_MS = 20_000;
/** Each tenant's first command makes what it needs; then enough to see what the system can do. */
const FIRST = 100;
const MOST_OF = 500;
/**
 * Calm is only what has no more to do for the flooder, whose functions burn for minutes after a round, and has the code of the quiet ones at
 * hand again: in those minutes their processes let it go, and a calm of first commands would flatter the flood.
 */
const WORKED_OFF = { timeoutMs: 900_000 };

/** Rows 19 and 36 to 38: what 49 quiet tenants feel of one that floods Takaro with events, burning functions and memory bombs. */
export const flood: Part = async ({ system, rounds, divide, say }) => {
  await using open = new AsyncDisposableStack();
  const tenants = Math.ceil(TENANTS / divide);
  const quiet = open.use(await openQuietTenants(system, tenants - 1));
  const flooder = open.use(await openFlooder(system));
  await quiet.most(FIRST);
  const most = await quiet.most(Math.ceil(MOST_OF / divide));
  // Where there is nothing left, calm is no calmer than a flood.
  const plan = { perSecond: most / 2, forMs: Math.ceil(ROUND_MS / divide) };
  say(`  ${most.toFixed(1)} commands/s at most; half of that is calm`);

  const measured = await besideFlood({
    rounds,
    say,
    id: 'flood',
    names: { measured: 'quiet tenants', flooded: 'beside the flooder' },
    calmly: async () => {
      await untilWorkedOff(system, WORKED_OFF);
      await quiet.most(FIRST);
      return quiet.live(plan);
    },
    flooded: () => flooder.flood(() => quiet.live(plan)),
  });
  return {
    title: `Flood: what ${tenants - 1} quiet tenants feel of one that floods, ${plan.perSecond.toFixed(1)} commands/s over all of them`,
    ...measured,
  };
};
