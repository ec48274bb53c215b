import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKEN_KINDS, type TokenKind } from '@takaro/contracts/contract';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { readIfThere, writeSecret } from './files.ts';
import { Problem } from './problem.ts';

/** Besides its key for tokens of kind service, which every one has. */
const ISSUES: Readonly<Partial<Record<ServiceName, readonly TokenKind[]>>> = { tenancy: ['user', 'admin'], modules: ['execution'] };

const kindsOf = (service: ServiceName): readonly TokenKind[] => ['service', ...(ISSUES[service] ?? [])];

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
  const missing = kindsOf(issuer).filter((kind) => !known.some((key) => key.kind === kind));
  const keys = [...known, ...(await Promise.all(missing.map((kind) => makeKey(issuer, kind))))];
  if (missing.length > 0) await writeSecret(path, toJson(keys));
  return { path, keys };
};

const publicHalf = ({ jwk: { kty, crv, x }, ...key }: SigningKey) => ({ ...key, jwk: { kty, crv, x } });

const toJson = (keys: readonly object[]): string => `${JSON.stringify(keys, null, 2)}\n`;

/** The public halves of all keys: as they lie in the folder, or as they are about to. */
const writeTrusted = async (folder: string, coming: ReadonlyMap<ServiceName, readonly SigningKey[]> = new Map()): Promise<string> => {
  const keys = await Promise.all(SERVICE_NAMES.map(async (service) => coming.get(service) ?? (await keysOf(folder, service)).keys));
  const path = join(folder, 'trusted.json');
  await writeSecret(path, toJson(keys.flat().map(publicHalf)));
  return path;
};

/** One Ed25519 key for each service and kind of token, made once. The file of public keys is written anew each time. @throws Problem */
export const prepareKeys = async (folder: string): Promise<SigningKeys> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const rows = await Promise.all(SERVICE_NAMES.map(async (service) => [service, (await keysOf(folder, service)).path] as const));
  return { signing: Object.fromEntries(rows) as SigningKeys['signing'], trusted: await writeTrusted(folder) };
};

export interface SigningKeyRow {
  readonly issuer: ServiceName;
  readonly kind: TokenKind;
  readonly kid: string;
  /** `older` ones verify until they are retired, and sign nothing. */
  readonly state: 'current' | 'older';
}

/** The signing keys of the installation, without their secrets. */
export const listSigningKeys = async (folder: string): Promise<readonly SigningKeyRow[]> => {
  const rows = await Promise.all(SERVICE_NAMES.map(async (service) => (await keysOf(folder, service)).keys));
  return rows.flatMap((keys) =>
    keys.map(({ issuer, kind, kid }, index) => {
      const isFirst = keys.findIndex((key) => key.kind === kind) === index;
      return { issuer, kind, kid, state: isFirst ? 'current' : 'older' };
    }),
  );
};

/**
 * Puts a new key before each of the service: trusted by all before the service signs with it. Both are good until `retireSigningKeys`.
 * Answers false, and changes nothing, while older ones are not retired.
 */
export const rotateSigningKeys = async (folder: string, service: ServiceName): Promise<boolean> => {
  const { path, keys } = await keysOf(folder, service);
  const kinds = kindsOf(service);
  if (keys.length > kinds.length) return false;
  const fresh = await Promise.all(kinds.map((kind) => makeKey(service, kind)));
  await writeTrusted(folder, new Map([[service, [...fresh, ...keys]]]));
  await writeSecret(path, toJson([...fresh, ...keys]));
  return true;
};

/** Takes the older keys of the service away: what they signed is refused within a second. Answers false when there are none. */
export const retireSigningKeys = async (folder: string, service: ServiceName): Promise<boolean> => {
  const { path, keys } = await keysOf(folder, service);
  const kept = keys.filter((key, index) => keys.findIndex(({ kind }) => kind === key.kind) === index);
  if (kept.length === keys.length) return false;
  await writeSecret(path, toJson(kept));
  await writeTrusted(folder);
  return true;
};

/** When the keys of a service were last changed. */
export const signingKeysChangedAt = async (folder: string, service: ServiceName): Promise<Date> =>
  (await stat(join(folder, `${service}.json`))).mtime;
