import type { Handler } from '@takaro/bus';
import type { redriveDeadMessages } from '@takaro/contracts/tenancy/dead-messages';
import type { Tenancy } from '../tenancy.ts';

/** One after the other, in the order in which they were parked. */
export const handleRedriveDeadMessages =
  ({ dead, bus }: Tenancy): Handler<typeof redriveDeadMessages> =>
  async ({ sequences }) => {
    const became = { redriven: [] as number[], missing: [] as number[], refused: [] as number[] };
    for (const sequence of sequences.toSorted((one, other) => one - other)) became[await dead.redrive(sequence)].push(sequence);
    bus.log.info(became, 'dead messages driven again');
    return became;
  };
