import type { PrivateSigningKey, PublicSigningKey } from '@takaro/bus';
import type { TokenKind } from '@takaro/contracts/contract';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { exportJWK, generateKeyPair } from 'jose';

export interface SigningKeys {
  readonly private: readonly PrivateSigningKey[];
  readonly public: readonly PublicSigningKey[];
}

/** A key for each service, and those of tenancy (user, admin) and modules (execution). */
export async function generateKeys(): Promise<SigningKeys> {
  const wanted: [ServiceName, TokenKind][] = [
    ...SERVICE_NAMES.map((service): [ServiceName, TokenKind] => [service, 'service']),
    ['tenancy', 'user'],
    ['tenancy', 'admin'],
    ['modules', 'execution'],
  ];
  const keys = await Promise.all(wanted.map(([issuer, kind]) => generateKey(issuer, kind)));
  return { private: keys, public: keys.map(({ jwk: { kty, crv, x }, ...key }) => ({ ...key, jwk: { kty, crv, x } })) };
}

/** A key that nobody trusts unless it is told to. */
export async function generateKey(issuer: ServiceName, kind: TokenKind, kid = `${issuer}-${kind}`): Promise<PrivateSigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  return { kid, kind, issuer, jwk: { kty: 'OKP', crv: 'Ed25519', x, d } };
}
