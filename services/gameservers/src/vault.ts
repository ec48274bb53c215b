import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** Seals secrets for one place: what is sealed for another does not open. */
export interface Vault {
  seal(secret: string, place: string): string;
  /** @throws Error when no key opens it, or it was sealed for another place, or it was altered */
  open(sealed: string, place: string): string;
  /** The key that seals now. */
  currentKey(): string;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK = 'sealed:';

export const isSealed = (value: unknown): value is string => typeof value === 'string' && value.startsWith(MARK);

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Whether this very key sealed it. */
export const isSealedBy = (sealed: string, key: string): boolean => sealed.startsWith(`${MARK}${key}:`);

/** Keys that may change; `sure`: as they are at this moment. The first seals, all of them open. */
type Keys = (sure: boolean) => readonly [Key, ...Key[]];

/**
 * AES-256-GCM under the first of the keys; all of them open, so that one can be rotated: put the new one on top, the old one below.
 * @param text the key file: one key a line, 32 bytes as base64
 * @throws Error when the text holds no key, or one of another length
 */
export function openVault(text: string): Vault {
  const keys = readKeys(text);
  return vaultOf(() => keys);
}

/** A key file that was changed is read again after this long at most, and at once when a key is missing. */
const FRESH_MS = 1_000;

/** The same with a file that may be replaced meanwhile; what is no key file then is told and changes nothing. @throws Error */
export function openVaultIn(path: string, onProblem: (error: unknown) => void): Vault {
  let keys = readKeys(readFileSync(path, 'utf8'));
  let version = '';
  let lookedAt = 0;
  return vaultOf((sure) => {
    if (!sure && performance.now() - lookedAt < FRESH_MS) return keys;
    lookedAt = performance.now();
    let now = 'unreadable';
    try {
      const { ino, size, mtimeMs } = statSync(path);
      now = `${ino} ${size} ${mtimeMs}`;
      if (now !== version) keys = readKeys(readFileSync(path, 'utf8'));
    } catch (error) {
      if (now !== version) onProblem(error);
    }
    version = now;
    return keys;
  });
}

const vaultOf = (keys: Keys): Vault => ({
  currentKey: () => keys(false)[0].id,
  seal(secret, place) {
    const [{ id, bytes }] = keys(false);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, bytes, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return `${MARK}${id}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  },
  open(sealed, place) {
    const [keyId = '', body = ''] = sealed.slice(MARK.length).split(':');
    const named = ({ id }: Key): boolean => id === keyId;
    const key = keys(false).find(named) ?? keys(true).find(named);
    if (!key) throw new Error(`A secret was sealed with the key ${keyId}, which is not in the file of TAKARO_SECRETS_KEY_FILE`);
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  },
});

function readKeys(text: string): [Key, ...Key[]] {
  const [first, ...others] = text.split(/\s+/).filter(Boolean).map(readKey);
  if (!first) throw new Error('The file of TAKARO_SECRETS_KEY_FILE holds no key');
  return [first, ...others];
}

function readKey(text: string): Key {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES) throw new Error(`A key of TAKARO_SECRETS_KEY_FILE is ${KEY_BYTES} bytes as base64, one a line`);
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}
