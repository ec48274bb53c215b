import type { RequestContract } from '@takaro/contracts/contract';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { searchEvents } from '@takaro/contracts/events/rest';
import { createBan } from '@takaro/contracts/gameservers/bans';
import { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import { triggerJob } from '@takaro/contracts/gameservers/jobs';
import { newId } from '@takaro/contracts/ids';
import { createCommand, createCommandArgument } from '@takaro/contracts/modules/commands';
import { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { createFunction } from '@takaro/contracts/modules/functions';
import { createHook } from '@takaro/contracts/modules/hooks';
import { installModule } from '@takaro/contracts/modules/installations';
import { createModule } from '@takaro/contracts/modules/modules';
import { createVariable } from '@takaro/contracts/modules/variables';
import { searchPlayers } from '@takaro/contracts/players/rest';
import { ingestSubject } from '@takaro/contracts/subjects';
import type { World } from '@takaro/testing/world';
import { expect, vi } from 'vitest';

type Ask = <In, Out>(contract: RequestContract<In, Out>, input: In) => Promise<Out>;

const LONG = { timeout: 20_000, interval: 100 };

/**
 * Puts something of every kind into a domain, through the services' own operations and a game's events. Answers the id of its game
 * server, on whose chat a hook runs.
 */
export async function furnish(world: World, domainId: string): Promise<string> {
  const gateway = await world.busFor('gateway');
  const ask: Ask = async (contract, input) => gateway.call(contract, input, { domainId, token: await world.tokens.user(domainId) });
  const { id: gameServerId } = await ask(createGameServer, { name: 'A server', type: 'MOCK', connectionInfo: '{}' });
  await tell(world, { domainId, gameServerId, name: 'player-connected' });
  await vi.waitFor(async () => expect((await ask(searchPlayers, {})).total).toBe(1), LONG);
  const [player] = (await ask(searchPlayers, {})).rows;
  await ask(createBan, { gameServerId, playerId: player?.id ?? '' });
  await ask(triggerJob, { type: 'syncItems', id: gameServerId });
  await knowSomething(world, domainId, gameServerId);
  await world.adminSql(
    `insert into "domain_${domainId}"."apiToken" ("id", "userId", "tokenHash", "name", "madeByAdmin")
     select $1, "id", '', 'A token', false from "domain_${domainId}"."user" limit 1`,
    [newId()],
  );
  await installSomething(ask, gameServerId);
  await tell(world, { domainId, gameServerId, name: 'chat-message', said: { msg: 'hello', channel: 'global' } });
  await vi.waitFor(async () => expect((await ask(searchExecutions, {})).total).toBeGreaterThan(0), LONG);
  await vi.waitFor(async () => expect((await ask(searchEvents, {})).total).toBeGreaterThan(0), LONG);
  return gameServerId;
}

/** As a game that is connected would have told. */
async function knowSomething(world: World, domainId: string, gameServerId: string): Promise<void> {
  for (const table of ['item', 'entity'])
    await world.adminSql(
      `insert into "domain_${domainId}"."${table}" ("id", "gameServerId", "code", "name") values ($1, $2, 'a-code', 'A name')`,
      [newId(), gameServerId],
    );
}

async function installSomething(ask: Ask, gameServerId: string): Promise<void> {
  const { id: moduleId, latestVersion } = await ask(createModule, { name: 'A module' });
  const versionId = latestVersion.id;
  await ask(createHook, { name: 'A hook', regex: '', eventType: 'chat-message', versionId });
  const { id: commandId } = await ask(createCommand, { name: 'A command', trigger: 'ping', versionId });
  await ask(createCommandArgument, { name: 'who', type: 'string', position: 0, commandId });
  await ask(createCronJob, { name: 'A cron job', temporalValue: '0 0 1 1 *', versionId });
  await ask(createFunction, { name: 'a-function', versionId });
  await ask(createVariable, { key: 'a-key', value: 'secret', moduleId });
  await ask(installModule, { versionId, gameServerId });
}

type Told = Pick<IngestEnvelope, 'domainId' | 'gameServerId' | 'name'> & { readonly said?: Record<string, unknown> };

/** As connectors does when a game says something. */
async function tell(world: World, { domainId, gameServerId, name, said = {} }: Told): Promise<void> {
  const connectors = await world.busFor('connectors');
  const meta = { player: { gameId: '1', name: 'Bob', steamId: '76561198000000001' }, ...said };
  const envelope: IngestEnvelope = { domainId, gameServerId, name, receivedAt: new Date().toISOString(), gameTime: null, meta };
  await connectors.publish(ingestSubject(domainId, gameServerId, name), envelope, { msgId: newId() });
}
