const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** Whether PostgreSQL finds a text by `ILIKE '%part%'` where `%` and `_` in the part are wildcards and a backslash is itself. */
export function isLike(text: string, part: string): boolean {
  const pattern = part
    .replaceAll(SPECIAL, String.raw`\$&`)
    .replaceAll('%', String.raw`[\s\S]*`)
    .replaceAll('_', String.raw`[\s\S]`);
  return new RegExp(pattern, 'iu').test(text);
}
