import { headers, type Msg } from '@nats-io/transport-node';
import { ServiceError } from '@takaro/contracts/errors';
import { type Bus, innerOf } from './bus.ts';

/**
 * Answers a message that is no operation, whatever the size: what does not fit into one message is fetched in parts. False when it is
 * larger than that allows, and nothing was answered.
 */
export function respondWith(bus: Bus, message: Msg, text: string): boolean {
  const sent = headers();
  try {
    return message.respond(innerOf(bus).parts.wrap(text, sent), { headers: sent });
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'REPLY_TOO_LARGE') return false;
    throw error;
  }
}

/** The whole of such an answer as JSON. @throws ServiceError UNAVAILABLE, INVALID_MESSAGE */
export const readWhole = (bus: Bus, message: Msg): Promise<unknown> => innerOf(bus).parts.unwrap(message);
