import { hash, randomUUIDv7 } from 'node:crypto';

/** A fresh id for a row, ordered by time. */
export const newId = (): string => randomUUIDv7();

/**
 * The same id for the same parts, on every machine: a UUID of version 8 from their SHA-256.
 * Parts are length-prefixed, so that no two different lists give one text.
 */
export function deriveId(...parts: readonly (string | number)[]): string {
  const text = parts.map((part) => `${String(part).length}:${part}`).join('|');
  const bytes = hash('sha256', text, 'buffer').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
