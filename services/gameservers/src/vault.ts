import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Seals secrets for one place: what is sealed for another does not open. */
export interface Vault {
  seal(secret: string, place: string): string;
  /** @throws Error when no key opens it, or it was sealed for another place, or it was altered */
  open(sealed: string, place: string): string;
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

/**
 * AES-256-GCM under the first of the keys; all of them open, so that one can be rotated: put the new one on top, the old one below.
 * @param text the key file: one key a line, 32 bytes as base64
 * @throws Error when the file holds no key, or one of another length
 */
export function openVault(text: string): Vault {
  const keys = text.split(/\s+/).filter(Boolean).map(readKey);
  const [current] = keys;
  if (!current) throw new Error('The file of TAKARO_SECRETS_KEY_FILE holds no key');
  return {
    seal(secret, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, current.bytes, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${MARK}${current.id}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
    },
    open(sealed, place) {
      const [keyId = '', body = ''] = sealed.slice(MARK.length).split(':');
      const key = keys.find(({ id }) => id === keyId);
      if (!key) throw new Error('A secret was sealed with a key that is no longer there');
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}

function readKey(text: string): Key {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES) throw new Error(`A key of TAKARO_SECRETS_KEY_FILE is ${KEY_BYTES} bytes as base64, one a line`);
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}
