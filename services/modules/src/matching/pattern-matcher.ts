import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { RE2JS } from 're2js';
import { IsolatedPatterns } from './isolated-patterns.ts';
import { linearPattern } from './pattern-syntax.ts';

export interface PatternMatcher extends AsyncDisposable {
  /** Whether a JavaScript pattern (no flags, unanchored) is found in a text. One that takes longer than its limit is not. */
  matches(regex: string, text: string): Promise<boolean>;
}

/** Patterns that a linear-time engine can express run on it; the others apart, under a hard limit of time. */
export function createPatternMatcher(options: { readonly limitMs: number; readonly log: Logger }): PatternMatcher {
  const linear = new LRUCache<string, { readonly engine: RE2JS | null }>({ max: 5_000 });
  const isolated = new IsolatedPatterns(options);
  return {
    matches: async (regex, text) => {
      const known = linear.get(regex) ?? { engine: linearPattern(regex) };
      linear.set(regex, known);
      return known.engine ? known.engine.matcher(text).find() : isolated.matches(regex, text);
    },
    [Symbol.asyncDispose]: () => isolated[Symbol.asyncDispose](),
  };
}
