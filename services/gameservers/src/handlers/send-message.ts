import { type Handler, publishEvent } from '@takaro/bus';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { gameServerEvent } from '../game-server-event.ts';
import type { Parts } from '../parts.ts';

/** The hot path of every function that answers: in the usual case it asks no database at all. */
export const handleSendMessage =
  (parts: Parts): Handler<typeof sendMessage> =>
  async ({ id, message, opts = {} }, caller) => {
    const { domainId } = caller;
    const recipientGameId = opts.recipient?.gameId;
    const target = { domainId, gameServerId: id };
    const prefix = await parts.settings.valueOf(domainId, id, 'messagePrefix');
    const text = cut(`${prefix}${message}`, parts.context.limits.chatMessageChars);
    await parts.askGame(target, ACTIONS.sendMessage, {
      message: text,
      ...(recipientGameId !== undefined && { recipientGameId }),
      ...(opts.senderNameOverride !== undefined && { senderNameOverride: opts.senderNameOverride }),
    });
    const meta =
      recipientGameId === undefined
        ? { msg: text, channel: 'global' }
        : { msg: text, channel: 'whisper', recipient: { gameId: recipientGameId } };
    const occurredAt = new Date(parts.context.clock.now());
    await tellForSure(parts, gameServerEvent(caller, { name: 'chat-message', gameServerId: id, occurredAt, meta }));
    return {};
  };

/** Never in the middle of a character that takes two units, such as an emoji. */
const cut = (text: string, chars: number): string => (text.length <= chars ? text : text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, ''));

/**
 * No row of ours changes with this event, so the stream's acknowledgement says as much as the outbox's commit and comes sooner. What the
 * stream does not take goes the long way.
 */
async function tellForSure({ context: { bus }, db }: Parts, event: EventEnvelope): Promise<void> {
  try {
    await publishEvent(bus, event);
  } catch (error) {
    bus.log.warn({ domainId: event.domainId, err: error }, 'a chat message is told through the outbox');
    await db.transaction(event.domainId, (tx) => tx.tell(event));
  }
}
