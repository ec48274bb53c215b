import { ERRORS, type ErrorCode, ServiceError } from '@takaro/contracts/errors';
import { identifyGameServer } from '@takaro/contracts/gameservers/internal';
import type { Refusal } from './frames.ts';
import { isObject, readText } from './reading.ts';

/** What a game server says of itself. */
export interface Introduction {
  readonly registrationToken: string;
  readonly identityToken: string;
  readonly name?: string;
}

/** What a connector may offer besides, and what it gets for it: acknowledgements of the events that it numbers. */
export const EVENT_ACK = 'event-ack';

/** Whether a connector asks for something. Those of the protocol's next version say it as objects with a name. */
export function offers(payload: unknown, capability: string): boolean {
  const { capabilities } = isObject(payload) ? payload : {};
  return Array.isArray(capabilities) && capabilities.some((one: unknown) => (isObject(one) ? one['name'] : one) === capability);
}

/** `complaint` goes out as a frame of type error, `refusal` as an identifyResponse: connectors tell the two apart. */
export type IntroductionReading = { readonly introduction: Introduction } | { readonly refusal: Refusal } | { readonly complaint: string };

const badRequest = (message: string): { readonly refusal: Refusal } => ({ refusal: { name: 'BadRequestError', message, http: 400 } });

export function readIntroduction(payload: unknown): IntroductionReading {
  if (payload === undefined || payload === null) return badRequest('No payload provided');
  const { identityToken, registrationToken, name } = isObject(payload) ? payload : {};
  for (const [field, value] of Object.entries({ identityToken, registrationToken })) {
    if (value === undefined || value === null || value === '') return badRequest(`No ${field} provided`);
    if (typeof value !== 'string') return { complaint: `Invalid ${field} provided` };
  }
  const named = readText(name);
  return {
    introduction: {
      registrationToken: String(registrationToken),
      identityToken: String(identityToken),
      ...(named !== undefined && { name: named }),
    },
  };
}

const SHOWN: ReadonlySet<ErrorCode> = new Set(identifyGameServer.errors);

/** What a connector is told: the reason where it is one of its own making, else that it may try again. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ServiceError && SHOWN.has(error.code)) {
    return { name: ERRORS[error.code].name, message: error.message, http: ERRORS[error.code].status };
  }
  const message = 'Could not identify game server';
  if (error instanceof ServiceError && error.code === 'INVALID_MESSAGE') return { name: 'BadRequestError', message, http: 400 };
  return { name: 'ServiceUnavailableError', message, http: 503 };
}
