import { randomInt } from 'node:crypto';
import { ADJECTIVES, ANIMALS, VERBS } from './slug-words.ts';

const pick = (words: readonly string[]): string => words[randomInt(words.length)] ?? '';

/** A readable id such as `heavy-otters-joke`, one of almost six million. */
export const newSlug = (): string => `${pick(ADJECTIVES)}-${pick(ANIMALS)}-${pick(VERBS)}`;
