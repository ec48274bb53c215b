import type { Handler } from '@takaro/bus';
import type { getBan } from '@takaro/contracts/gameservers/bans';
import { BanEntity, banOutput } from '../bans/ban.entity.ts';
import { banOr404 } from '../bans/ban.repository.ts';
import type { Parts } from '../parts.ts';

export const handleGetBan =
  ({ db }: Parts): Handler<typeof getBan> =>
  async ({ id }, { domainId }) =>
    banOutput(banOr404(await (await db.em(domainId)).findOne(BanEntity, { id }), id));
