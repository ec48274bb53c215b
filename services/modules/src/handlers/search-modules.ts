import type { Handler } from '@takaro/bus';
import type { searchModules } from '@takaro/contracts/modules/modules';
import { searchPage } from '@takaro/tenant-db';
import { Module } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { readModules } from '../versions/read-modules.ts';

export const handleSearchModules =
  ({ db }: Parts): Handler<typeof searchModules> =>
  async ({ filters, ...input }, { domainId }) => {
    const em = await db.em(domainId);
    const { supportedGames, ...columns } = filters ?? {};
    const games = Array.isArray(supportedGames) ? supportedGames.map(String) : [];
    // An array column: a module is meant when it supports one of the games.
    const where = games.length > 0 ? { where: { supportedGames: { $overlap: games } } } : {};
    const { rows, ...page } = await searchPage(em, Module, { ...input, filters: columns }, where);
    return { rows: await readModules(em, rows), ...page };
  };
