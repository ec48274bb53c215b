const UNSTORABLE = /\\u0000|\\ud[89a-f][0-9a-f]{2}/i;

/** JSON as PostgreSQL can keep it: without the character NUL, and with a replacement for halves of characters. */
export function storable<T>(value: T): T {
  const text = JSON.stringify(value);
  // A text that merely spells such an escape is read again for nothing, and stays as it is.
  if (text === undefined || !UNSTORABLE.test(text)) return value;
  return JSON.parse(text, (_key, part: unknown) => (typeof part === 'string' ? part.replaceAll('\0', '').toWellFormed() : part));
}
