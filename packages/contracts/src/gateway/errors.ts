import type { ErrorSpec } from '../error-spec.ts';

/** What the gateway refuses before any service hears of it. */
export const GATEWAY_ERRORS = {
  OPERATION_UNKNOWN: { status: 404, name: 'NotFoundError', retry: false, message: 'There is no such operation' },
  PATH_UNREADABLE: { status: 400, name: 'BadRequestError', retry: false, message: 'The path cannot be read' },
  /** Of an operation that clients know and Takaro does not have yet. */
  NOT_AVAILABLE: { status: 400, name: 'BadRequestError', retry: false, message: '{feature} is not available' },
  INVALID_JSON: { status: 400, name: 'BadRequestError', retry: false, message: 'Invalid JSON' },
  INVALID_PAGINATION: { status: 400, name: 'ValidationError', retry: false, message: 'Invalid pagination: {reason}' },
  /** A text where a search wants an array of values. */
  FILTER_NOT_A_LIST: { status: 400, name: 'BadRequestError', retry: false, message: 'The filter {name} must be an array of values' },
  ORIGIN_REFUSED: { status: 400, name: 'BadRequestError', retry: false, message: 'Not allowed by CORS' },
  REQUEST_UNREADABLE: { status: 400, name: 'BadRequestError', retry: false, message: 'The request cannot be read' },
  HEADERS_TOO_LARGE: { status: 431, name: 'BadRequestError', retry: false, message: 'The headers are too large' },
  BODY_TOO_LARGE: { status: 413, name: 'BadRequestError', retry: false, message: 'The body is too large' },
  TOO_MANY_REQUESTS: {
    status: 429,
    name: 'TooManyRequestsError',
    retry: false,
    message: 'Too many requests. Try again in {retryAfterS} s.',
  },
  LIVE_FEED_FULL: {
    status: 429,
    name: 'TooManyRequestsError',
    retry: false,
    message: 'No more than {limit} can watch a domain at once',
  },
} as const satisfies Record<string, ErrorSpec>;
