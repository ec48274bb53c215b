import type { Handler } from '@takaro/bus';
import type { getPogsByIds } from '@takaro/contracts/players/internal';
import { type Parts, sqlOf } from '../parts.ts';
import { findPogs } from '../players.repository.ts';
import { readPogSnapshots } from '../snapshots.ts';

export const handleGetPogsByIds =
  ({ db, roles, now }: Parts): Handler<typeof getPogsByIds> =>
  async ({ ids }, { domainId }) => {
    const sql = sqlOf(db, domainId);
    return readPogSnapshots(sql, await findPogs(sql, ids), await roles.of(domainId), now());
  };
