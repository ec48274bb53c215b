import type { Handler } from '@takaro/bus';
import type { dropDeadMessages } from '@takaro/contracts/tenancy/dead-messages';
import type { Tenancy } from '../tenancy.ts';

export const handleDropDeadMessages =
  ({ dead, bus }: Tenancy): Handler<typeof dropDeadMessages> =>
  async ({ sequences }) => {
    const became = { dropped: [] as number[], missing: [] as number[] };
    for (const sequence of sequences) became[(await dead.drop(sequence)) ? 'dropped' : 'missing'].push(sequence);
    bus.log.info(became, 'dead messages dropped');
    return became;
  };
