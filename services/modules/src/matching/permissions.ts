import type { PlayerOnGameServerSnapshot } from '@takaro/contracts/players/shapes';

/** The codes that a player lacks of those that a command requires. ROOT has all. */
export function missingPermissions(pog: PlayerOnGameServerSnapshot, required: readonly string[]): string[] {
  const held = new Set(pog.roles.flatMap(({ role }) => role.permissions.map(({ permission }) => permission.permission)));
  return held.has('ROOT') ? [] : required.filter((code) => !held.has(code));
}

const titleOf = (code: string): string =>
  code
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

/** What the player is told. */
export function denialMessage(missing: readonly string[]): string {
  const [only = ''] = missing;
  const what = missing.length === 1 ? `the '${titleOf(only)}' permission` : `these permissions: ${missing.map(titleOf).join(', ')}`;
  return `⚠️ You need ${what} to use this command. Ask an admin of this server for it.`;
}
