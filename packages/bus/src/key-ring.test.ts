import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ringInFile } from './key-ring.ts';
import { type PrivateSigningKey, readPrivateKeys, readPublicKeys } from './keys.ts';
import { createRingSigner } from './signer.ts';
import { createVerifier } from './verifier.ts';

const newKey = (): PrivateSigningKey => {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [key] = readPrivateKeys(JSON.stringify([{ kid: randomUUID(), kind: 'user', issuer: 'tenancy', jwk }]));
  if (!key) throw new Error('no key');
  return key;
};

const replace = async (path: string, keys: readonly PrivateSigningKey[] | string): Promise<void> => {
  await writeFile(`${path}.new`, typeof keys === 'string' ? keys : JSON.stringify(keys));
  await rename(`${path}.new`, path);
};

/** An installation of two files: what one service signs with, and what all trust. */
async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-keys-'));
  return {
    signing: join(folder, 'signing.json'),
    trusted: join(folder, 'trusted.json'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const CLAIMS = { subject: 'somebody', domainId: 'heavy-otters-joke', permissions: ['ROOT'] };
const OF = { issuer: 'tenancy', kind: 'user' } as const;
const PATIENT = { timeout: 10_000, interval: 100 };

test('a key is rotated while two of them are valid: nothing is refused meanwhile, afterwards the old one is', async () => {
  await using files = await openFolder();
  const { signing, trusted } = files;
  const [older, newer] = [newKey(), newKey()];
  await replace(trusted, [older]);
  await replace(signing, [older]);
  const verifier = createVerifier(ringInFile({ path: trusted, read: readPublicKeys }));
  const signer = await createRingSigner(ringInFile({ path: signing, read: readPrivateKeys }), OF);
  const first = await signer.sign(CLAIMS);
  await verifier.verify(first);

  // Trusted before it is used: a token of the new key is taken at once, however fresh the last look at the file is.
  await replace(trusted, [newer, older]);
  await replace(signing, [newer, older]);
  await verifier.verify(await (await createRingSigner(ringInFile({ path: signing, read: readPrivateKeys }), OF)).sign(CLAIMS));
  await vi.waitFor(async () => {
    const token = await signer.sign(CLAIMS);
    await verifier.verify(token);
    await verifier.verify(first);
    expect(kidOf(token)).toBe(newer.kid);
  }, PATIENT);

  const last = await signer.sign(CLAIMS);
  await replace(signing, [newer]);
  await replace(trusted, [newer]);
  await expect.poll(() => verifier.verify(first).catch((error: { code: string }) => error.code), PATIENT).toBe('TOKEN_REFUSED');
  await expect(verifier.verify(last)).resolves.toMatchObject({ subject: 'somebody' });
});

test('what is written over the keys and holds none changes nothing, and is told once', async () => {
  await using files = await openFolder();
  const { trusted } = files;
  const key = newKey();
  await replace(trusted, [key]);
  const problems: unknown[] = [];
  const ring = ringInFile({ path: trusted, read: readPublicKeys, onProblem: (error) => problems.push(error) });

  await replace(trusted, 'scribble');
  for (let turn = 0; turn < 3; turn += 1) await ring.look();

  expect((await ring.look()).map(({ kid }) => kid)).toEqual([key.kid]);
  expect(problems).toHaveLength(1);
});

const kidOf = (token: string): unknown => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
