import { generateKeyPairSync } from 'node:crypto';
import { DEEPEST_OF_SERVICES } from '@takaro/contracts/token';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readPrivateKeys } from './keys.ts';
import { createServiceTokens } from './service-tokens.ts';

const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const signingKeys = readPrivateKeys(JSON.stringify([{ kid: 'modules-1', kind: 'service', issuer: 'modules', jwk }]));
const domainId = 'heavy-otters-joke';
const BEGIN_MS = 1_800_000_000_000;
const depthIn = (token: string): unknown => decodeJwt(token)['depth'];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

test('one token is used for a domain and depth until shortly before it is over', async () => {
  const tokenOf = await createServiceTokens({ service: 'modules', signingKeys });
  const first = [await tokenOf(domainId), await tokenOf(domainId, 3)];

  // Whatever is signed now says another time.
  vi.setSystemTime(BEGIN_MS + 30_000);
  const again = [await tokenOf(domainId), await tokenOf(domainId, 3)];
  const deeper = await tokenOf(domainId, 4);
  vi.setSystemTime(BEGIN_MS + 50_000);
  const late = [await tokenOf(domainId), await tokenOf(domainId, 3)];

  expect(again).toEqual(first);
  expect([...first, deeper].map(depthIn)).toEqual([undefined, 3, 4]);
  expect(late.map(depthIn)).toEqual([undefined, 3]);
  expect(late.map((token) => decodeJwt(token).iat)).toEqual([BEGIN_MS / 1_000 + 50, BEGIN_MS / 1_000 + 50]);
});

test('however deep the cause is said to be, a token says nothing that is refused', async () => {
  const tokenOf = await createServiceTokens({ service: 'modules', signingKeys });

  expect(depthIn(await tokenOf(domainId, 1_000))).toBe(DEEPEST_OF_SERVICES);
});
