import type { Handler } from '@takaro/bus';
import type { getModulesByIds } from '@takaro/contracts/modules/internal';
import { Module } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { readModules } from '../versions/read-modules.ts';

export const handleGetModulesByIds =
  ({ db }: Parts): Handler<typeof getModulesByIds> =>
  async ({ ids }, { domainId }) => {
    const em = await db.em(domainId);
    return readModules(em, await em.find(Module, { id: { $in: ids } }));
  };
