import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { storableText } from '@takaro/contracts/text';
import type { Target } from '../ask-game.ts';
import { gameServerEvent } from '../game-server-event.ts';
import type { Parts } from '../parts.ts';
import { tellSoon } from '../tell-soon.ts';

/** The hot path of every function that answers: in the usual case it asks no database at all, but for who it is that a whisper is for. */
export const handleSendMessage =
  (parts: Parts): Handler<typeof sendMessage> =>
  async ({ id, message, opts = {} }, caller) => {
    const { domainId } = caller;
    const recipientGameId = opts.recipient?.gameId;
    const target = { domainId, gameServerId: id };
    const prefix = await parts.settings.valueOf(domainId, id, 'messagePrefix');
    const text = cut(storableText(`${prefix}${message}`), parts.context.limits.chatMessageChars);
    const asking = parts.askGame(target, ACTIONS.sendMessage, {
      message: text,
      ...(recipientGameId !== undefined && { recipientGameId }),
      ...(opts.senderNameOverride !== undefined && { senderNameOverride: opts.senderNameOverride }),
    });
    const [occurredAt, audience] = await Promise.all([
      asking.then(() => new Date(parts.context.clock.now())),
      audienceOf(parts, target, recipientGameId),
    ]);
    const meta = { msg: text, ...audience };
    await tellSoon(parts, gameServerEvent(caller, { name: 'chat-message', gameServerId: id, occurredAt, meta }));
    return {};
  };

/** Who hears it, as the event tells it. */
async function audienceOf({ recipients }: Parts, { domainId, gameServerId }: Target, gameId: string | undefined) {
  if (gameId === undefined) return { channel: 'global' };
  const recipient = await recipients.find(domainId, gameServerId, gameId);
  return { channel: 'whisper', ...(recipient && { recipient }) };
}

/** Never in the middle of a character that takes two units, such as an emoji. */
const cut = (text: string, chars: number): string => (text.length <= chars ? text : text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, ''));
