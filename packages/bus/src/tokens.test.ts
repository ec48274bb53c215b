import { generateKeyPairSync } from 'node:crypto';
import { type AnyRequest, request } from '@takaro/contracts/contract';
import { Empty, Strict } from '@takaro/contracts/shapes';
import { DEEPEST_OF_SERVICES } from '@takaro/contracts/token';
import { base64url, decodeJwt, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { authorize } from './authorize.ts';
import { EndedAttempts } from './ended-attempts.ts';
import { type PrivateSigningKey, readPrivateKeys } from './keys.ts';
import { createSigner } from './signer.ts';
import { createVerifier } from './verifier.ts';

const keyOf = (kind: PrivateSigningKey['kind'], issuer: PrivateSigningKey['issuer']): PrivateSigningKey => {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [key] = readPrivateKeys(JSON.stringify([{ kid: `${issuer}-${kind}-1`, kind, issuer, jwk }]));
  if (!key) throw new Error('no key');
  return key;
};

const user = keyOf('user', 'tenancy');
const admin = keyOf('admin', 'tenancy');
const execution = keyOf('execution', 'modules');
const players = keyOf('service', 'players');
const runner = keyOf('service', 'runner');
const verifier = createVerifier([user, admin, execution, players, runner]);
const domainId = 'heavy-otters-joke';
const sign = (key: PrivateSigningKey, permissions: string[] = [], domain = domainId) =>
  createSigner(key).sign({ subject: 'somebody', domainId: domain, permissions });

const contract = (access: object): AnyRequest =>
  request({ service: 'players', operation: 'try', input: Strict({}), output: Empty, errors: [], ...access });

describe('a token', () => {
  test('says who acts, in which domain and with what, and its kind is that of the key', async () => {
    const token = await createSigner(execution).sign({ subject: 'run', domainId, permissions: ['ROOT'], moduleId: 'module', depth: 2 });

    const claims = await verifier.verify(token);

    expect(claims).toMatchObject({
      kind: 'execution',
      issuer: 'modules',
      subject: 'run',
      domainId,
      permissions: ['ROOT'],
      moduleId: 'module',
      depth: 2,
    });
    expect(claims.expiresAt - Date.now() / 1_000).toBeGreaterThan(50);
  });

  test.each([
    ['a service', 0, 'taken', players],
    ['a service', DEEPEST_OF_SERVICES, 'taken', players],
    ['a service', DEEPEST_OF_SERVICES + 1, 'refused', players],
    ['a service', -1, 'refused', players],
    ['a service', 0.5, 'refused', players],
    ['an execution', -1, 'refused', execution],
  ] as const)('of %s at depth %s is %s', async (...[, depth, expected, key]) => {
    const token = await createSigner(key).sign({ subject: 'somebody', domainId, permissions: [], depth });

    const answer = verifier.verify(token);

    if (expected === 'taken') expect(await answer).toMatchObject({ kind: 'service', depth });
    else await expect(answer).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  });

  test('is refused when its key is unknown, even with a known name', async () => {
    const forged = await sign({ ...keyOf('user', 'tenancy'), kid: user.kid }, ['ROOT']);

    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  });

  test('is refused when it is over, also when it was seen before', async () => {
    const over = await createSigner(user).sign({ subject: 'somebody', domainId, permissions: [], lifetimeS: -1 });

    await expect(verifier.verify(over)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    await expect(verifier.verify(over)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  });

  test('of an execution is refused when its attempt ended, also when it was seen before; that of the next attempt is not', async () => {
    const ended = new EndedAttempts();
    const strict = createVerifier([execution], ended);
    const ofAttempt = (attempt: number): Promise<string> =>
      createSigner(execution).sign({ subject: 'run', domainId, permissions: ['ROOT'], attempt });
    const [first, second] = [await ofAttempt(1), await ofAttempt(2)];
    await strict.verify(first);

    ended.add(domainId, { executionId: 'run', attempt: 1 });

    await expect(strict.verify(first)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    await expect(strict.verify(await ofAttempt(1))).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    await expect(strict.verify(second)).resolves.toMatchObject({ attempt: 2 });
    ended.add('another-domain', { executionId: 'run', attempt: 2 });
    await expect(strict.verify(second)).resolves.toMatchObject({ attempt: 2 });
  });

  test('is refused without a signature, with another algorithm and for another audience', async () => {
    const { payload } = { payload: decodeJwt(await sign(user, ['ROOT'])) };
    const part = (value: object): string => base64url.encode(JSON.stringify(value));
    const none = `${part({ alg: 'none', kid: user.kid })}.${part(payload)}.`;
    const hmac = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: user.kid }).sign(Buffer.from(user.jwk.x));
    const other = await new SignJWT({ ...payload, aud: 'somewhere' })
      .setProtectedHeader({ alg: 'EdDSA', kid: user.kid })
      .sign(await crypto.subtle.importKey('jwk', { ...user.jwk }, 'Ed25519', false, ['sign']));

    for (const token of [none, hmac, other]) await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  });
});

describe('the answering service', () => {
  const readPlayers = contract({ permission: 'READ_PLAYERS' });

  test.each([
    ['a user with the permission', user, ['READ_PLAYERS'], readPlayers, null],
    ['a user with ROOT', user, ['ROOT'], readPlayers, null],
    ['a user without it', user, ['READ_EVENTS'], readPlayers, 'PERMISSION_DENIED'],
    ['a service', players, [], readPlayers, null],
    ['an edge', runner, [], readPlayers, 'TOKEN_REFUSED'],
    ['an edge, asking what all services may', runner, [], contract({ access: 'internal' }), 'TOKEN_REFUSED'],
    ['an edge, asking what it may', runner, [], contract({ access: 'internal', callers: ['runner'] }), null],
    ['the holder of the admin secret', admin, ['ROOT'], readPlayers, 'TOKEN_REFUSED'],
    ['an execution', execution, ['ROOT'], readPlayers, null],
    [
      'an execution where executions are refused',
      execution,
      ['ROOT'],
      contract({ permission: [], executions: 'refused' }),
      'PERMISSION_DENIED',
    ],
    ['a user, asking what only one service may', user, ['ROOT'], contract({ access: 'internal', callers: ['players'] }), 'TOKEN_REFUSED'],
    ['that service', players, [], contract({ access: 'internal', callers: ['players'] }), null],
    ['a service, asking what another may', players, [], contract({ access: 'internal', callers: ['runner'] }), 'TOKEN_REFUSED'],
    ['a user, asking what admins may', user, ['ROOT'], contract({ access: 'admin', scope: 'domain' }), 'TOKEN_REFUSED'],
  ] as const)('answers %s as it should', async (...[, key, permissions, operation, code]) => {
    const token = await sign(key, [...permissions]);

    const answer = await authorize(operation, domainId, token, verifier).then(
      () => null,
      (error: { code: string }) => error.code,
    );

    expect(answer).toBe(code);
  });

  test('refuses a token of another domain and nobody at all', async () => {
    const elsewhere = await sign(user, ['ROOT'], 'other-domain');

    await expect(authorize(readPlayers, domainId, elsewhere, verifier)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    await expect(authorize(readPlayers, domainId, null, verifier)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
