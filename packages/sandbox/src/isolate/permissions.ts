interface RoleAssignment {
  readonly role: {
    readonly permissions: readonly {
      readonly count?: number | null;
      readonly permission: { readonly permission: string } & Readonly<Record<string, unknown>>;
    }[];
  };
}

/**
 * The permission as the first role that carries it has it, with that assignment's count; true for ROOT; else false.
 * A specific permission goes before ROOT, and the order of the roles decides, not the size of the count.
 */
export function checkPermission(
  playerOnGameServer: { readonly roles: readonly RoleAssignment[] },
  code: string,
): boolean | Record<string, unknown> {
  const held = playerOnGameServer.roles.flatMap(({ role }) => role.permissions);
  const found = held.find(({ permission }) => permission.permission === code);
  if (found) return { ...found.permission, count: found.count };
  return held.some(({ permission }) => permission.permission === 'ROOT');
}
