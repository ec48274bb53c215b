import type { RequestContract } from '@takaro/contracts/contract';
import { getPlayerProfile, getPlayersByIds } from '@takaro/contracts/players/internal';
import type { Tenancy } from './tenancy.ts';

type Parts = Pick<Tenancy, 'bus'>;

export async function isPlayer({ bus }: Parts, domainId: string, playerId: string): Promise<boolean> {
  return (await ask(bus, domainId, getPlayersByIds, { ids: [playerId] })).length > 0;
}

/** The roles of a player, those of one game server included, and the one that every player has. */
export async function rolesOfPlayer({ bus }: Parts, domainId: string, playerId: string): Promise<string[]> {
  const [player] = await ask(bus, domainId, getPlayersByIds, { ids: [playerId] });
  return player?.roleAssignments.map(({ roleId }) => roleId) ?? [];
}

/** The player of a user and what they are on every game server, for `/me`; without one nothing is asked. */
export async function profileOf({ bus }: Parts, domainId: string, playerId: string | null | undefined) {
  if (!playerId) return { pogs: [] };
  const { player, pogs } = await ask(bus, domainId, getPlayerProfile, { playerId });
  return { ...(player && { player }), pogs };
}

async function ask<In, Out>(bus: Tenancy['bus'], domainId: string, contract: RequestContract<In, Out>, input: In): Promise<Out> {
  return bus.call(contract, input, { domainId, token: await bus.serviceToken(domainId) });
}
