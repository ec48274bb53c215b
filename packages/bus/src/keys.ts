import { TOKEN_KINDS } from '@takaro/contracts/contract';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { OneOf } from '@takaro/contracts/shapes';
import { validate } from '@takaro/contracts/validate';
import { Type, type Static } from 'typebox';

const Jwk = Type.Object({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: Type.String(),
});

const signingKey = {
  /** Names the key in a token's header, so that two can be valid while one is rotated. */
  kid: Type.String({ minLength: 1 }),
  /** What tokens of this key are good for. A key signs one kind only. */
  kind: OneOf(TOKEN_KINDS),
  /** The service that holds the private half. */
  issuer: OneOf(SERVICE_NAMES),
};

const PublicSigningKey = Type.Object({ ...signingKey, jwk: Jwk });
export type PublicSigningKey = Static<typeof PublicSigningKey>;

const PrivateSigningKey = Type.Object({ ...signingKey, jwk: Type.Object({ ...Jwk.properties, d: Type.String() }) });
export type PrivateSigningKey = Static<typeof PrivateSigningKey>;

/** Reads the keys that a service trusts. @throws ServiceError INVALID_MESSAGE */
export const readPublicKeys = (json: string): PublicSigningKey[] => validate(Type.Array(PublicSigningKey), JSON.parse(json));

/** Reads the keys that a service signs with. @throws ServiceError INVALID_MESSAGE */
export const readPrivateKeys = (json: string): PrivateSigningKey[] => validate(Type.Array(PrivateSigningKey), JSON.parse(json));
