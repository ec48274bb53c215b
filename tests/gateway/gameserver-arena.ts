import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { playerNamed } from './related-rows.ts';
import { type Rest, restTest } from './rest-world.ts';

type Arena = Awaited<ReturnType<typeof openArena>>;

/** One game server with two players for the file; tests that change a game server make their own. */
export const arenaTest = () =>
  restTest({ limits: { actionTimeoutMs: 2_000 } }).extend<{ arena: Arena }>({
    arena: [async ({ rest }, use) => use(await openArena(rest)), { scope: 'file' }],
  });

export const PATIENT = { timeout: 30_000, interval: 100 };

async function openArena(rest: Rest) {
  const { game, gameServerId } = await rest.openGame('arena', ['Alice', 'Bob']);
  const alice = await playerNamed(rest, 'Alice');
  await expect.poll(async () => (await rest.ask('GET', `/gameserver/${gameServerId}/player/${alice}`)).status, PATIENT).toBe(200);
  return { game, gameServerId, alice };
}

/** A game server that nothing connects to. */
export async function addServer(rest: Rest, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const body = { name: `server ${newId().slice(-12)}`, type: 'MOCK', connectionInfo: '{}', ...fields };
  return (await rest.ask('POST', '/gameserver', { body })).body.data.id;
}

export const refused = (status: number, code: string, message?: string) => ({
  status,
  body: { meta: { error: { code, message: message ?? expect.any(String) } }, data: {} },
});
