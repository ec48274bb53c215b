import { newId } from '@takaro/contracts/ids';
import type { PermissionCode } from '@takaro/contracts/permissions';
import { type SimulatedGameServer, startSimulatedGameServer } from '@takaro/testing/simulated-game-server/simulate';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addPerson, addRole, giveRole } from '../tenancy/people.ts';
import { type Ask, type RestAnswer, type RestParts, restClient } from './rest-client.ts';

export interface RestDomain {
  readonly id: string;
  readonly root: { readonly id: string; readonly email: string; readonly password: string; readonly session: string };
  readonly registrationToken: string;
  /** Asks as the domain's root user where nothing else is said. */
  readonly ask: Ask;
  /** The session of a fresh user with these permissions alone; a dashboard user where nothing else is said. */
  signIn(permissions: readonly PermissionCode[], user?: { readonly isDashboardUser?: boolean }): Promise<string>;
  /** A game server of the domain that connects, and the id that it has in Takaro, which knows its players by then. The name is its identity token. */
  openGame(name: string, players?: readonly string[]): Promise<{ readonly game: SimulatedGameServer; readonly gameServerId: string }>;
}

export interface DomainParts extends RestParts {
  readonly world: World;
  readonly connectorsUrl: string;
  /** Closes the games. */
  readonly open: AsyncDisposableStack;
}

/** Limits that are not what is looked at. */
const GENEROUS = { maxGameservers: 20, maxUsers: 100, maxModules: 1_000, maxVariables: 10_000 };

/** A domain made by `POST /domain`, with its root user signed in. */
export async function openRestDomain(parts: DomainParts, fields: Readonly<Record<string, unknown>>): Promise<RestDomain> {
  const nobody = restClient(parts, null);
  const made = must(await nobody('POST', '/domain', { admin: true, body: { name: 'Test domain', ...GENEROUS, ...fields } }));
  const { id, serverRegistrationToken: registrationToken }: { id: string; serverRegistrationToken: string } = made.createdDomain;
  const { email }: { email: string } = made.rootUser;
  const password: string = made.password;
  const signIn = async (username: string): Promise<string> => must(await nobody('POST', '/login', { body: { username, password } })).token;
  const session = await signIn(email);
  const ask = restClient(parts, session);
  return {
    id,
    root: { id: made.rootUser.id, email, password, session },
    registrationToken,
    ask,
    signIn: async (permissions, { isDashboardUser = true } = {}) =>
      signIn(await addUser(parts.world, { domainId: id, passwordOf: email, permissions, isDashboardUser })),
    openGame: async (name, players = []) => {
      const game = startSimulatedGameServer({ url: parts.connectorsUrl, identityToken: name, registrationToken, players });
      parts.open.use(game);
      const gameServerId = await game.identified();
      await game.confirmed();
      const known = async () =>
        must(await ask('POST', '/gameserver/player/search', { body: { filters: { gameServerId: [gameServerId] } } }));
      await expect.poll(async () => (await known()).length, { timeout: 20_000 }).toBe(players.length);
      return { game, gameServerId };
    },
  };
}

interface WantedUser {
  readonly domainId: string;
  readonly passwordOf: string;
  readonly permissions: readonly PermissionCode[];
  readonly isDashboardUser: boolean;
}

async function addUser(world: World, { domainId, passwordOf, permissions, isDashboardUser }: WantedUser): Promise<string> {
  const role = `role ${newId().slice(-12)}`;
  await addRole(world, domainId, role, permissions);
  const { email, users } = await addPerson(world, { passwordOf, domains: [domainId] });
  for (const user of users) {
    await giveRole(world, user, { role });
    await world.adminSql(`UPDATE "domain_${domainId}"."user" SET "isDashboardUser" = $1 WHERE "id" = $2`, [isDashboardUser, user.userId]);
  }
  return email;
}

/** What the fixture itself asks for must be answered. */
function must({ status, body }: RestAnswer): RestAnswer['body']['data'] {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.data;
}
