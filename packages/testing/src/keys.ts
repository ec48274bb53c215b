import { readFile } from 'node:fs/promises';
import { type PrivateSigningKey, type PublicSigningKey, readPrivateKeys, readPublicKeys } from '@takaro/bus';
import type { TokenKind } from '@takaro/contracts/contract';
import type { ServiceName } from '@takaro/contracts/services';
import type { SigningKeys as KeyFiles } from '@takaro/infra/local/keys';
import { exportJWK, generateKeyPair } from 'jose';

export interface SigningKeys {
  readonly private: readonly PrivateSigningKey[];
  readonly public: readonly PublicSigningKey[];
}

/** All keys of an installation: what no service holds together. */
export async function readKeys({ signing, trusted }: KeyFiles): Promise<SigningKeys> {
  const files = await Promise.all(Object.values(signing).map((path) => readFile(path, 'utf8')));
  return { private: files.flatMap((text) => readPrivateKeys(text)), public: readPublicKeys(await readFile(trusted, 'utf8')) };
}

/** A key that nobody trusts unless it is told to. */
export async function generateKey(issuer: ServiceName, kind: TokenKind, kid: string): Promise<PrivateSigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  return { kid, kind, issuer, jwk: { kty: 'OKP', crv: 'Ed25519', x, d } };
}
