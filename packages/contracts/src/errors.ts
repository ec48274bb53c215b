import { CONNECTORS_ERRORS } from './connectors/errors.ts';
import type { ErrorSpec } from './error-spec.ts';
import { EVENTS_ERRORS } from './events/errors.ts';
import { GAMESERVERS_ERRORS } from './gameservers/errors.ts';
import { GATEWAY_ERRORS } from './gateway/errors.ts';
import { MODULES_ERRORS } from './modules/errors.ts';
import { PLAYERS_ERRORS } from './players/errors.ts';
import { TENANCY_ERRORS } from './tenancy/errors.ts';

/** What any operation may answer, so contracts do not list these. */
export const COMMON_ERRORS = {
  INVALID_MESSAGE: { status: 400, name: 'ValidationError', retry: false, message: 'The input does not match what the operation takes' },
  UNAUTHENTICATED: { status: 401, name: 'UnauthorizedError', retry: false, message: 'Not authorized' },
  TOKEN_REFUSED: { status: 403, name: 'ForbiddenError', retry: false, message: 'The token is not valid for this' },
  PERMISSION_DENIED: { status: 403, name: 'ForbiddenError', retry: false, message: 'Forbidden' },
  DOMAIN_UNKNOWN: { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' },
  UNAVAILABLE: {
    status: 503,
    name: 'ServiceUnavailableError',
    retry: true,
    message: 'A part of the system does not answer at the moment. Try again.',
  },
  DEADLINE_EXCEEDED: {
    status: 503,
    name: 'ServiceUnavailableError',
    retry: true,
    message: 'The operation did not finish in time. Try again.',
  },
  REPLY_TOO_LARGE: { status: 400, name: 'BadRequestError', retry: false, message: 'The result is too large. Ask for less at once.' },
  INTERNAL: { status: 500, name: 'InternalServerError', retry: true, message: 'Internal error' },
} as const satisfies Record<string, ErrorSpec>;

/** Every failure that crosses the wire. The key is the code; the rest is what becomes of it. */
export const ERRORS = {
  ...COMMON_ERRORS,
  ...TENANCY_ERRORS,
  ...GAMESERVERS_ERRORS,
  ...PLAYERS_ERRORS,
  ...MODULES_ERRORS,
  ...EVENTS_ERRORS,
  ...CONNECTORS_ERRORS,
  ...GATEWAY_ERRORS,
} as const;

export type ErrorCode = keyof typeof ERRORS;
export type CommonErrorCode = keyof typeof COMMON_ERRORS;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

interface ServiceErrorOptions extends ErrorOptions {
  /** Fill the `{name}` gaps of the message. They are shown to the caller. */
  readonly params?: Readonly<Record<string, string | number>> | undefined;
  /** Shown to the caller as `details`, such as the findings of a validation. */
  readonly details?: unknown;
}

/** A failure that is part of a contract. Anything else that is thrown is a bug and reported as INTERNAL. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>> | undefined;
  readonly details: unknown;

  constructor(code: ErrorCode, { params, details, ...options }: ServiceErrorOptions = {}) {
    super(
      ERRORS[code].message.replaceAll(/\{(\w+)\}/g, (gap, name: string) => String(params?.[name] ?? gap)),
      options,
    );
    this.code = code;
    this.params = params;
    this.details = details;
  }
}
