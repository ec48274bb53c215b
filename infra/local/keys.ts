import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKEN_KINDS, type TokenKind } from '@takaro/contracts/contract';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { readIfThere, writeSecret } from './files.ts';
import { Problem } from './problem.ts';

/** Besides its key for tokens of kind service, which every one has. */
const ISSUES: Readonly<Partial<Record<ServiceName, readonly TokenKind[]>>> = { tenancy: ['user', 'admin'], modules: ['execution'] };

interface SigningKey {
  readonly kid: string;
  readonly kind: TokenKind;
  readonly issuer: ServiceName;
  readonly jwk: JWK;
}

export interface SigningKeys {
  /** Path of the file with the private keys of each service. */
  readonly signing: Readonly<Record<ServiceName, string>>;
  /** Path of the file with the public keys of all. */
  readonly trusted: string;
}

const makeKey = async (issuer: ServiceName, kind: TokenKind): Promise<SigningKey> => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { kty, crv, x, d } = await exportJWK(privateKey);
  const jwk: JWK = { ...(kty && { kty }), ...(crv && { crv }), ...(x && { x }), ...(d && { d }) };
  return { kid: await calculateJwkThumbprint(jwk), kind, issuer, jwk };
};

const isKey = (value: unknown): value is SigningKey =>
  typeof value === 'object' &&
  value !== null &&
  'kid' in value &&
  'jwk' in value &&
  'kind' in value &&
  TOKEN_KINDS.some((kind) => kind === value.kind);

const readKeys = (text: string, path: string): SigningKey[] => {
  try {
    const keys: unknown = JSON.parse(text);
    if (Array.isArray(keys) && keys.every(isKey)) return keys;
  } catch {
    // Told below, as any other content that is no keys.
  }
  throw new Problem(`${path} holds no signing keys: put its backup back, or delete it to have new ones made.`);
};

const keysOf = async (folder: string, issuer: ServiceName): Promise<{ path: string; keys: SigningKey[] }> => {
  const path = join(folder, `${issuer}.json`);
  const text = await readIfThere(path);
  const known = text === undefined ? [] : readKeys(text, path);
  const missing = (['service', ...(ISSUES[issuer] ?? [])] as const).filter((kind) => !known.some((key) => key.kind === kind));
  const keys = [...known, ...(await Promise.all(missing.map((kind) => makeKey(issuer, kind))))];
  if (missing.length > 0) await writeSecret(path, `${JSON.stringify(keys, null, 2)}\n`);
  return { path, keys };
};

const publicHalf = ({ jwk: { kty, crv, x }, ...key }: SigningKey) => ({ ...key, jwk: { kty, crv, x } });

/** One Ed25519 key for each service and kind of token, made once. The file of public keys is written anew each time. @throws Problem */
export const prepareKeys = async (folder: string): Promise<SigningKeys> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const rows = await Promise.all(SERVICE_NAMES.map(async (service) => [service, await keysOf(folder, service)] as const));
  const trusted = join(folder, 'trusted.json');
  await writeSecret(
    trusted,
    `${JSON.stringify(
      rows.flatMap(([, { keys }]) => keys.map(publicHalf)),
      null,
      2,
    )}\n`,
  );
  return { signing: Object.fromEntries(rows.map(([service, { path }]) => [service, path])) as SigningKeys['signing'], trusted };
};
