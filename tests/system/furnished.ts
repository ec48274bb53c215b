import type { RequestContract } from '@takaro/contracts/contract';
import { searchEvents } from '@takaro/contracts/events/rest';
import { createBan, searchBans } from '@takaro/contracts/gameservers/bans';
import { searchEntities, searchItems } from '@takaro/contracts/gameservers/catalogue';
import { searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { searchAssignments } from '@takaro/contracts/modules/assignments';
import { searchCommands } from '@takaro/contracts/modules/commands';
import { searchCronJobs } from '@takaro/contracts/modules/cron-jobs';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { searchFunctions } from '@takaro/contracts/modules/functions';
import { searchHooks } from '@takaro/contracts/modules/hooks';
import { searchInstallations } from '@takaro/contracts/modules/installations';
import { searchModules, searchModuleVersions } from '@takaro/contracts/modules/modules';
import { createVariable, searchVariables } from '@takaro/contracts/modules/variables';
import { searchPogs } from '@takaro/contracts/players/pog-rest';
import { searchPlayers } from '@takaro/contracts/players/rest';
import type { SearchInput } from '@takaro/contracts/search';
import { createApiToken, searchApiTokens } from '@takaro/contracts/tenancy/api-tokens';
import { searchRoles } from '@takaro/contracts/tenancy/roles';
import { searchUsers } from '@takaro/contracts/tenancy/users';
import type { Community } from '@takaro/testing/community';
import { expect, vi } from 'vitest';
import { writeModule } from './author.ts';

type SearchContract = RequestContract<SearchInput, { readonly rows: readonly { readonly id: string }[]; readonly total: number }>;

/** How a person finds one of each kind of thing. */
const SEARCHES = {
  apiToken: searchApiTokens,
  user: searchUsers,
  role: searchRoles,
  gameServer: searchGameServers,
  item: searchItems,
  entity: searchEntities,
  ban: searchBans,
  player: searchPlayers,
  playerOnGameServer: searchPogs,
  module: searchModules,
  version: searchModuleVersions,
  installation: searchInstallations,
  function: searchFunctions,
  command: searchCommands,
  hook: searchHooks,
  cronJob: searchCronJobs,
  assignment: searchAssignments,
  variable: searchVariables,
  execution: searchExecutions,
  event: searchEvents,
} satisfies Record<string, SearchContract>;

export type Kind = keyof typeof SEARCHES | 'argument';
export type Ids = Readonly<Record<Kind, string>>;

const PATIENT = { timeout: 25_000, interval: 100 };

/** Puts something of every kind into a community, over the API and by what its players do, and answers the id of one of each. */
export async function furnish(community: Community): Promise<Ids> {
  const { root, game } = community;
  await banSomebody(community);
  const author = await writeModule(community, 'furniture');
  const command = await author.command('sit', [`console.log('sat')`, `console.log('sat twice')`], ['where']);
  await author.hook('player-death', '', [`console.log('mourned')`]);
  await author.cronJob('0 0 1 1 *', [`console.log('cleaned')`]);
  await author.install();
  await root.call(createApiToken, { name: 'furniture' });
  await root.call(createVariable, { key: 'colour', value: 'green', moduleId: author.module.id });
  game.say('Alice', '/sit here');
  await vi.waitFor(async () => {
    const found = await root.call(searchExecutions, { filters: { componentId: [command.id], state: ['succeeded'] } });
    expect(found.total).toBe(command.functionIds.length);
  }, PATIENT);
  const told = { filters: { eventName: ['command-executed' as const] } };
  await vi.waitFor(async () => expect((await root.call(searchEvents, told)).total).toBe(command.functionIds.length), PATIENT);
  const [written] = (await root.call(searchCommands, { filters: { id: [command.id] } })).rows;
  // One after the other: processes that have just started answer many at once slowly.
  const found: [string, string][] = [];
  for (const [kind, search] of Object.entries(SEARCHES)) found.push([kind, await firstOf(community, search)]);
  return { ...Object.fromEntries(found), argument: written?.arguments[0]?.id ?? '' } as Ids;
}

/** Somebody who is not needed, once the game was read: what it told is there then. */
async function banSomebody({ root, game, gameServerId }: Community): Promise<void> {
  game.join('Mallory');
  const mallory = await vi.waitFor(async () => {
    const read = [(await root.call(searchItems, {})).total, (await root.call(searchEntities, {})).total];
    expect(Math.min(...read)).toBeGreaterThan(0);
    const [found] = (await root.call(searchPlayers, { filters: { name: ['Mallory'] } })).rows;
    return found ?? expect.fail('Mallory was not seen');
  }, PATIENT);
  await root.call(createBan, { gameServerId, playerId: mallory.id });
}

async function firstOf({ root }: Community, search: SearchContract): Promise<string> {
  const { rows } = await root.call(search, { sortBy: 'createdAt', limit: 1 });
  const [first] = rows;
  if (!first) throw new Error(`nothing found by ${search.operation}`);
  return first.id;
}

/** Everything that a person can find in a community, for a comparison of before and after; when that person was seen last it changes itself. */
export async function everythingIn({ root }: Community): Promise<Record<string, unknown>> {
  const found = Object.entries(SEARCHES).map(async ([kind, search]: [string, SearchContract]) => [
    kind,
    await root.call(search, { sortBy: 'createdAt', limit: 1_000 }),
  ]);
  const everything: Record<string, unknown> = Object.fromEntries(await Promise.all(found));
  return JSON.parse(JSON.stringify(everything, (key, value: unknown) => (key === 'lastSeen' ? undefined : value)));
}
