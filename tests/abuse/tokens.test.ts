import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { type ClaimsToSign, createSigner, createVerifier, type PrivateSigningKey, type PublicSigningKey } from '@takaro/bus';
import { generateKey } from '@takaro/testing/keys';
import { type AttackVerdict, attackTest } from './attack.ts';

const DOMAIN = 'heavy-otters-joke';
const CLAIMS: ClaimsToSign = { subject: 'me', domainId: DOMAIN, permissions: ['ROOT'] };

const publicHalf = ({ jwk: { kty, crv, x }, ...key }: PrivateSigningKey): PublicSigningKey => ({ ...key, jwk: { kty, crv, x } });

interface Keys {
  readonly user: PrivateSigningKey;
  readonly players: PrivateSigningKey;
  readonly trusted: readonly PublicSigningKey[];
}

async function newKeys(): Promise<Keys> {
  const [user, players] = await Promise.all([generateKey('tenancy', 'user', 'user-1'), generateKey('players', 'service', 'players-1')]);
  return { user, players, trusted: [publicHalf(user), publicHalf(players)] };
}

/** Harmed when the claims are believed: that of a user with ROOT. */
async function present(token: string, trusted: readonly PublicSigningKey[]): Promise<AttackVerdict> {
  try {
    const { kind, permissions } = await createVerifier(trusted).verify(token);
    return { harmed: kind === 'user' && permissions.includes('ROOT'), seen: `believed as ${kind}` };
  } catch (error) {
    return { harmed: false, seen: error instanceof Error && 'code' in error ? String(error.code) : String(error) };
  }
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = (token: string): object => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

interface Try {
  readonly attack: string;
  readonly tried: string;
  readonly refusedBy: string;
  readonly forge: (keys: Keys) => Promise<string>;
  /** What is off in the control. */
  readonly without: string;
  /** The token that passes when it is. @default one that tenancy signs */
  readonly control?: (keys: Keys) => Promise<{ token: string; trusted?: readonly PublicSigningKey[] }>;
}

const good = async ({ user }: Keys): Promise<string> => createSigner(user).sign(CLAIMS);
/** Signs whatever is put into it. */
function signWith(key: PrivateSigningKey, payload: object, header: object = {}): string {
  const text = `${part({ alg: 'EdDSA', kid: key.kid, ...header })}.${part(payload)}`;
  const signature = sign(null, Buffer.from(text), createPrivateKey({ key: { ...key.jwk }, format: 'jwk' }));
  return `${text}.${signature.toString('base64url')}`;
}

const TRIES: readonly Try[] = [
  {
    attack: 'a token without a signature',
    tried: 'alg none',
    refusedBy: 'the one algorithm that is taken',
    forge: async (keys) => `${part({ alg: 'none', kid: keys.user.kid })}.${part(claimsOf(await good(keys)))}.`,
    without: 'the signature left away',
  },
  {
    attack: 'the public key used as a secret',
    tried: 'HS256 with the public key as PEM',
    refusedBy: 'the one algorithm that is taken',
    forge: async (keys) => {
      const pem = createPublicKey({ key: { ...publicHalf(keys.user).jwk }, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString();
      const text = `${part({ alg: 'HS256', kid: keys.user.kid })}.${part(claimsOf(await good(keys)))}`;
      return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
    },
    without: 'the algorithm changed',
  },
  {
    attack: 'a token that is over',
    tried: 'expired a second ago, by the right key',
    refusedBy: 'its end',
    forge: async ({ user }) => createSigner(user).sign({ ...CLAIMS, lifetimeS: -1 }),
    without: 'its end passed',
  },
  {
    attack: 'a token for somebody else',
    tried: 'another audience, by the right key',
    refusedBy: 'the audience',
    forge: async (keys) => signWith(keys.user, { ...claimsOf(await good(keys)), aud: 'another-system' }),
    without: 'the other audience',
  },
  {
    attack: 'a service makes itself a user',
    tried: 'claims of a user by the key of players',
    refusedBy: 'the kind, which is the key’s',
    forge: async (keys) => signWith(keys.players, { ...claimsOf(await good(keys)), iss: 'players' }),
    without: 'the key being of another kind',
  },
  {
    attack: 'a service signs as another one',
    tried: 'issuer tenancy by the key of players',
    refusedBy: 'the issuer, which is the key’s',
    forge: async (keys) => signWith(keys.players, claimsOf(await good(keys))),
    without: 'the key being another’s',
  },
  {
    attack: 'a key that nobody trusts, by a known name',
    tried: 'kid of the right key',
    refusedBy: 'the signature',
    forge: async (keys) => createSigner(await generateKey('tenancy', 'user', keys.user.kid)).sign(CLAIMS),
    without: 'the key being another one',
  },
  {
    attack: 'a key that comes with the token',
    tried: 'jwk and jku in the header',
    refusedBy: 'keys are only looked up by name',
    forge: async (keys) => {
      const own = await generateKey('tenancy', 'user', 'mine');
      return signWith(own, claimsOf(await good(keys)), { jwk: publicHalf(own).jwk, jku: 'https://evil.example/keys' });
    },
    without: 'trusting that key',
    control: async () => {
      const own = await generateKey('tenancy', 'user', 'mine');
      return { token: await createSigner(own).sign(CLAIMS), trusted: [publicHalf(own)] };
    },
  },
  {
    attack: 'a key that was retired',
    tried: 'a token signed before',
    refusedBy: 'the list of trusted keys',
    forge: async () => createSigner(await generateKey('tenancy', 'user', 'user-0')).sign(CLAIMS),
    without: 'retiring it: two are valid',
    control: async ({ trusted }) => {
      const older = await generateKey('tenancy', 'user', 'user-0');
      return { token: await createSigner(older).sign(CLAIMS), trusted: [...trusted, publicHalf(older)] };
    },
  },
  {
    attack: 'claims changed after signing',
    tried: 'another domain under the old signature',
    refusedBy: 'the signature',
    forge: async (keys) => {
      const token = await good(keys);
      const [header, , signature] = token.split('.');
      return `${header}.${part({ ...claimsOf(token), dom: 'another-domain' })}.${signature}`;
    },
    without: 'the change',
  },
];

for (const { attack, tried, refusedBy, forge, without, control } of TRIES) {
  attackTest({
    row: 35,
    attack,
    tried,
    refusedBy,
    guarded: async () => {
      const keys = await newKeys();
      return present(await forge(keys), keys.trusted);
    },
    control: {
      without,
      attempt: async () => {
        const keys = await newKeys();
        const { token, trusted = keys.trusted } = control ? await control(keys) : { token: await good(keys) };
        return present(token, trusted);
      },
    },
  });
}
