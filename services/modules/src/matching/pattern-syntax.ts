import { ServiceError } from '@takaro/contracts/errors';
import { RE2JS } from 're2js';

/** @throws ServiceError PATTERN_INVALID what V8 does not compile */
export function checkPattern(regex: string | undefined): void {
  if (!regex) return;
  try {
    RegExp(regex);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    const details = [{ property: 'regex', value: regex, constraints: { isSafeRegex: reason } }];
    throw new ServiceError('PATTERN_INVALID', { cause: error, params: { reason }, details });
  }
}

/** White space as JavaScript has it; in RE2 `\s` is ASCII alone. */
const WHITE_SPACE = String.raw`\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`;
const LETTER_OR_DIGIT = /^[0-9A-Za-z]$/;
const KNOWN_LETTERS = new Set('dDwWnrtfv');

/**
 * The same pattern for a linear-time engine, or null where that engine lacks something or would understand it otherwise: look-around,
 * back references, escapes that only one of them knows, classes that begin with a bracket.
 */
export function linearPattern(regex: string): RE2JS | null {
  const translated = translate(regex);
  if (translated === null) return null;
  try {
    return RE2JS.compile(translated);
  } catch {
    return null;
  }
}

function translate(regex: string): string | null {
  let translated = '';
  let inClass = false;
  for (let at = 0; at < regex.length; at += 1) {
    const char = regex.charAt(at);
    if (char === '\\') {
      at += 1;
      const escape = escapeOf(regex.charAt(at), inClass);
      if (escape === null) return null;
      translated += escape;
      continue;
    }
    if (char === '[') {
      const next = regex.charAt(at + 1) === '^' ? regex.charAt(at + 2) : regex.charAt(at + 1);
      // `[]` and `[^]` are whole classes in JavaScript, `[[:alpha:]]` and `[a[b]` are something else in RE2.
      if (inClass || next === ']' || next === '[') return null;
      inClass = true;
    } else if (char === ']') inClass = false;
    else if (char === '(' && regex.charAt(at + 1) === '?' && !/^\?(?::|<[A-Za-z_]\w*>)/.test(regex.slice(at + 1))) return null;
    else if (char === '.' && !inClass) {
      translated += String.raw`[^\n\r\x{2028}\x{2029}]`;
      continue;
    }
    translated += char;
  }
  return translated;
}

function escapeOf(letter: string, inClass: boolean): string | null {
  if (letter === 's') return inClass ? WHITE_SPACE : `[${WHITE_SPACE}]`;
  if (letter === 'S') return inClass ? null : `[^${WHITE_SPACE}]`;
  if ((letter === 'b' || letter === 'B') && !inClass) return `\\${letter}`;
  if (LETTER_OR_DIGIT.test(letter)) return KNOWN_LETTERS.has(letter) ? `\\${letter}` : null;
  return letter !== '' && letter.charCodeAt(0) < 128 ? `\\${letter}` : null;
}
