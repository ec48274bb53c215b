import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { storableText } from '@takaro/contracts/text';
import { gameServerEvent } from '../game-server-event.ts';
import type { Parts } from '../parts.ts';
import { tellSoon } from '../tell-soon.ts';

/** The hot path of every function that answers: in the usual case it asks no database at all. */
export const handleSendMessage =
  (parts: Parts): Handler<typeof sendMessage> =>
  async ({ id, message, opts = {} }, caller) => {
    const { domainId } = caller;
    const recipientGameId = opts.recipient?.gameId;
    const target = { domainId, gameServerId: id };
    const prefix = await parts.settings.valueOf(domainId, id, 'messagePrefix');
    const text = cut(storableText(`${prefix}${message}`), parts.context.limits.chatMessageChars);
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
    await tellSoon(parts, gameServerEvent(caller, { name: 'chat-message', gameServerId: id, occurredAt, meta }));
    return {};
  };

/** Never in the middle of a character that takes two units, such as an emoji. */
const cut = (text: string, chars: number): string => (text.length <= chars ? text : text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, ''));
