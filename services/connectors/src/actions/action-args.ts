import type { ActionName } from '@takaro/contracts/gameservers/actions';
import { withoutAbsent } from '../reading.ts';

type Args = Readonly<Record<string, unknown>>;

/** Connectors disagree on where the player's id stands, so it stands in both places. */
const PLAYER_NESTED: ReadonlySet<ActionName> = new Set<ActionName>([
  'giveItem',
  'teleportPlayer',
  'kickPlayer',
  'banPlayer',
  'unbanPlayer',
]);

/**
 * What goes out for an action: the superset of shapes that the connectors in the wild read, as JSON text, without explicit nulls and
 * small, since some read into buffers of 4 KB.
 */
export function wireArgs(action: ActionName, args: Args): string {
  return JSON.stringify(action === 'sendMessage' ? messageArgs(args) : playerArgs(action, args));
}

const playerArgs = (action: ActionName, args: Args): object =>
  PLAYER_NESTED.has(action) ? withoutAbsent({ ...args, player: { gameId: args['gameId'] } }) : withoutAbsent(args);

function messageArgs({ message, recipientGameId, senderNameOverride }: Args): object {
  const recipient = recipientGameId === undefined ? undefined : { gameId: recipientGameId };
  return withoutAbsent({ message, opts: withoutAbsent({ recipient, senderNameOverride }), recipient, recipientGameId });
}
