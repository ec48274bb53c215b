/** The word that is closest to what was typed, if one is close enough: at most 3 edits, or 40 % of its length. */
export function nearestWord(typed: string, words: readonly string[]): string | null {
  const limit = Math.max(3, Math.ceil(0.4 * typed.length));
  let nearest: { word: string; edits: number } | null = null;
  for (const word of words) {
    if (Math.abs(word.length - typed.length) > limit) continue;
    const edits = editsBetween(typed.toLowerCase(), word);
    if (edits <= limit && (nearest === null || edits < nearest.edits)) nearest = { word, edits };
  }
  return nearest?.word ?? null;
}

/** Levenshtein's distance, a row at a time. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, char] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [at, wanted] of Array.from(other).entries()) {
      const replaced = (row[at] ?? 0) + (char === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
