import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getGameServer } from '@takaro/contracts/gameservers/game-servers';
import { listSecretsKeys, retireSecretsKeys, rotateSecretsKey, sealedWithOlder } from '@takaro/infra/keys/secrets-key';
import { openWorld, type World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addServer, giveSettingsRow, startGameServersUnderTest } from './gameservers-world.ts';

const PASSWORD = 'hunter2-of-the-game';
const PATIENT = { timeout: 30_000, interval: 100 };

let world: World;
let domain: TestDomain;
let keyFile: string;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'takaro-secrets-'));
  keyFile = join(folder, 'secrets-key');
  await writeFile(keyFile, randomBytes(32).toString('base64'));
  world = await openWorld({ env: { TAKARO_SECRETS_KEY_FILE: keyFile } });
  await startGameServersUnderTest(world).then((surroundings) => {
    surroundings.maxGameServers = 1_000;
  });
  domain = await world.domain();
  await giveSettingsRow(world, domain);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const rows = (): Promise<{ id: string; info: string }[]> =>
  world.adminSql(`select "id", "connectionInfo"::text as "info" from "domain_${domain.id}"."gameServer" order by "id"`);

const addRust = (): Promise<{ id: string }> =>
  addServer(world, domain, { type: 'RUST', connectionInfo: JSON.stringify({ host: 'h', rconPort: 1, rconPassword: PASSWORD }) });

const passwordOf = async (id: string): Promise<unknown> => {
  const gateway = await world.busFor('gateway');
  const { connectionInfo } = await gateway.call(getGameServer, { id }, { domainId: domain.id, token: await world.tokens.user(domain.id) });
  return connectionInfo['rconPassword'];
};

const left = (): Promise<number> => sealedWithOlder(keyFile, world.adminUrl);

test('secrets are sealed in their table; after a rotation all of them are sealed anew, and the old key can go', async () => {
  const { id } = await addRust();
  await addRust();
  expect((await rows()).map(({ info }) => info).join()).not.toContain(PASSWORD);
  const [older = ''] = await listSecretsKeys(keyFile);

  expect(await rotateSecretsKey(keyFile)).toBe(true);
  expect(await left()).toBe(2);
  expect(await rotateSecretsKey(keyFile), 'while two are there').toBe(false);
  await expect.poll(left, PATIENT).toBe(0);
  const fresh = await addRust();
  expect(await retireSecretsKeys(keyFile)).toBe(true);

  for (const one of [id, fresh.id]) expect(await passwordOf(one)).toBe(PASSWORD);
  const text = (await rows()).map(({ info }) => info).join();
  expect(text).not.toContain(PASSWORD);
  expect(text).not.toContain(older);
});

test('sealing anew takes up what is left, and says which secrets no key opens', async () => {
  const count = 250;
  const { id } = await addRust();
  await world.adminSql(
    `insert into "domain_${domain.id}"."gameServer" ("id", "name", "type", "connectionInfo")
     select gen_random_uuid(), 'copy ' || n, 'RUST', '{"rconPassword": "sealed:deadbeef:AAAA"}' from generate_series(1, $1) n`,
    [count],
  );
  await rotateSecretsKey(keyFile);

  // Those with a lost key are left as they are and counted; they keep nothing else from being done.
  await expect.poll(left, PATIENT).toBe(count);
  expect(await passwordOf(id)).toBe(PASSWORD);
  const lost = (await rows()).find(({ info }) => info.includes('deadbeef'));
  await expect(passwordOf(lost?.id ?? '')).rejects.toMatchObject({ code: 'INTERNAL' });
});
