import { consume } from '@takaro/bus';
import { startConnectors } from '@takaro/connectors/service';
import { ServiceError } from '@takaro/contracts/errors';
import { IngestEnvelope, reportIdOf } from '@takaro/contracts/event-envelope';
import { identifyGameServer, setReachable } from '@takaro/contracts/gameservers/internal';
import { deriveId } from '@takaro/contracts/ids';
import type { ServiceContext } from '@takaro/process';
import type { World } from '@takaro/testing/world';

export const DOMAIN = 'connector-tests';

/** For tests that tell much at once and look at something else. */
export const UNPACED = {
  gameServerEventsPerSecond: 1_000_000,
  gameServerEventsPerSecondUneven: 1_000_000,
  gameServerEventsAtOnce: 1_000_000,
};

/** The game server that an identity token stands for in these tests. */
export const gameServerOf = (identityToken: string): string => deriveId('game server', identityToken);

export interface ConnectorsUnderTest {
  readonly port: number;
  readonly context: ServiceContext;
  /** What players would read, in the order of the stream. */
  readonly ingested: readonly IngestEnvelope[];
  ingestedOf(identityToken: string): readonly IngestEnvelope[];
  /** What gameservers was told, oldest first. */
  statusesOf(identityToken: string): readonly boolean[];
}

interface Status {
  readonly gameServerId: string;
  readonly reachable: boolean;
}

/** A gameservers that lets everybody in whose registration token is `good`. Answers what it is told, oldest first. */
export async function startNeighbours(world: World): Promise<readonly Status[]> {
  const statuses: Status[] = [];
  let order = 0;
  await world.neighbour(identifyGameServer, ({ registrationToken, identityToken, name }) => {
    if (registrationToken === 'unknown') throw new ServiceError('REGISTRATION_TOKEN_INVALID');
    if (registrationToken === 'full') throw new ServiceError('MAX_GAMESERVERS_REACHED');
    if (registrationToken === 'broken') throw new ServiceError('UNAVAILABLE', { cause: new Error('a secret') });
    if ((name ?? identityToken).length < 3) throw new ServiceError('GAMESERVER_NAME_INVALID');
    if (name === 'taken') throw new ServiceError('GAMESERVER_TAKEN');
    order += 1;
    return { domainId: DOMAIN, gameServerId: gameServerOf(identityToken), enabled: true, order };
  });
  await world.neighbour(setReachable, ({ gameServerId, reachable }) => {
    statuses.push({ gameServerId, reachable });
    return {};
  });
  return statuses;
}

/** connectors beside its neighbours. */
export async function startConnectorsUnderTest(world: World, options: { readonly reads?: boolean } = {}): Promise<ConnectorsUnderTest> {
  const statuses = await startNeighbours(world);
  const ingested: IngestEnvelope[] = [];
  if (options.reads ?? true) await readIngest(world, ingested);
  let started: { port: number; context: ServiceContext } | undefined;
  await world.start('connectors', async (context) => {
    const endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 });
    started = { port: endpoint.port, context };
    return endpoint;
  });
  return {
    ...started!,
    ingested,
    ingestedOf: (identityToken) => ingested.filter(({ gameServerId }) => gameServerId === gameServerOf(identityToken)),
    statusesOf: (identityToken) =>
      statuses.filter(({ gameServerId }) => gameServerId === gameServerOf(identityToken)).map(({ reachable }) => reachable),
  };
}

/** Reads the stream in the place of players. */
export async function readIngest(world: World, into: IngestEnvelope[]): Promise<AsyncDisposable> {
  return await consume<IngestEnvelope>(await world.busFor('players'), {
    stream: 'INGEST',
    schema: IngestEnvelope,
    idOf: reportIdOf,
    react: async (envelope) => void into.push(envelope),
  });
}
