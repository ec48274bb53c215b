import { setTimeout as delay } from 'node:timers/promises';
import type { RequestContract } from '@takaro/contracts/contract';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { searchEvents } from '@takaro/contracts/events/rest';
import { searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import { createHook } from '@takaro/contracts/modules/hooks';
import { installModule } from '@takaro/contracts/modules/installations';
import { createModule, searchModules } from '@takaro/contracts/modules/modules';
import { searchPlayers } from '@takaro/contracts/players/rest';
import { ingestSubject } from '@takaro/contracts/subjects';
import { updateDomain } from '@takaro/contracts/tenancy/domains';
import type { World } from '@takaro/testing/world';
import { vi } from 'vitest';
import { openSocket, type Socket } from '../connectors/socket.ts';

const LONG = { timeout: 20_000, interval: 20 };
const CHAT_EVERY_MS = 50;
const PLAYER = { gameId: '1', name: 'Bob', steamId: '76561198000000001' };

/** Asks Takaro again and again for some seconds, and sleeps in between. */
const SLOW = `import { takaro } from '@takaro/helpers';
  for (let turn = 0; turn < 80; turn += 1) {
    await takaro.variable.variableControllerSearch({}).catch(() => undefined);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }`;

/** A game on its socket whose chat runs a slow function. The socket comes identified, and chats until it is closed. */
export async function openBusyGame(world: World, connectorsUrl: string, domainId: string): Promise<Socket> {
  const gateway = await world.busFor('gateway');
  const as = { domainId, token: await world.tokens.user(domainId) };
  const room = { id: domainId, maxGameservers: 10 };
  const { serverRegistrationToken } = await gateway.call(updateDomain, room, { token: await world.tokens.admin() });
  const { latestVersion } = await gateway.call(createModule, { name: 'Slow' }, as);
  const versionId = latestVersion.id;
  await gateway.call(createHook, { name: 'Slow', regex: '', eventType: 'chat-message', versionId, function: SLOW }, as);
  const socket = await openSocket(Number(new URL(connectorsUrl).port));
  const { payload } = await socket.identify('A busy game', { registrationToken: serverRegistrationToken });
  if (typeof payload?.['gameServerId'] !== 'string') throw new Error(`The game was not let in: ${JSON.stringify(payload)}`);
  await gateway.call(installModule, { versionId, gameServerId: payload['gameServerId'] }, as);
  void (async () => {
    while (socket.isOpen()) {
      socket.event('chat-message', { player: PLAYER, msg: 'hello', channel: 'global' });
      await delay(CHAT_EVERY_MS);
    }
  })();
  return socket;
}

/** How many functions of the domain run at this moment. */
export async function runningIn(world: World, domainId: string): Promise<number> {
  const [row] = await world.adminSql<{ count: number }>(
    `select count(*)::integer as "count" from "domain_${domainId}"."execution" where "state" = 'running' and "componentName" = 'Slow'`,
  );
  return row?.count ?? 0;
}

/** Waits until a function runs, and answers how many do. */
export const untilRunning = (world: World, domainId: string): Promise<number> =>
  vi.waitFor(async () => {
    const running = await runningIn(world, domainId);
    if (running === 0) throw new Error('No function runs yet');
    return running;
  }, LONG);

export interface Going extends AsyncDisposable {
  readonly count: () => number;
  /** The codes of what was refused. */
  readonly errors: readonly string[];
}

/** Does something over and over until it is disposed. */
export function keepDoing(work: (turn: number) => Promise<unknown>): Going {
  const errors: string[] = [];
  let [stopped, count] = [false, 0];
  const going = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      await work(turn).then(
        () => (count += 1),
        (error: unknown) => errors.push(String(Object(error).code ?? error)),
      );
    }
  })();
  return {
    count: () => count,
    errors,
    [Symbol.asyncDispose]: () => {
      stopped = true;
      return going;
    },
  };
}

/** Connectors tell what a game says, as long as it is told to: also after the domain is gone. */
export async function tellOn(world: World, domainId: string, gameServerId: string): Promise<Going> {
  const connectors = await world.busFor('connectors');
  return keepDoing(async () => {
    const said: IngestEnvelope = {
      domainId,
      gameServerId,
      name: 'chat-message',
      receivedAt: new Date().toISOString(),
      gameTime: null,
      meta: { player: PLAYER, msg: 'hello', channel: 'global' },
    };
    await connectors.publish(ingestSubject(domainId, gameServerId, 'chat-message'), said, { msgId: newId() });
    await delay(5);
  });
}

const ASKED: readonly RequestContract<object, unknown>[] = [searchModules, searchPlayers, searchGameServers, searchEvents];

/** Somebody of a domain asks one service after the other. */
export async function askOn(world: World, domainId: string): Promise<Going> {
  const gateway = await world.busFor('gateway');
  return keepDoing(async (turn) => gateway.call(ASKED[turn % ASKED.length]!, {}, { domainId, token: await world.tokens.user(domainId) }));
}
