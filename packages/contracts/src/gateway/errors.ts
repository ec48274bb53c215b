import type { ErrorSpec } from '../error-spec.ts';

/** What the gateway refuses before any service hears of it. */
export const GATEWAY_ERRORS = {
  OPERATION_UNKNOWN: { status: 404, name: 'NotFoundError', retry: false, message: 'There is no such operation' },
  PATH_UNREADABLE: { status: 400, name: 'BadRequestError', retry: false, message: 'The path cannot be read' },
  INVALID_JSON: { status: 400, name: 'BadRequestError', retry: false, message: 'Invalid JSON' },
  BODY_TOO_LARGE: { status: 413, name: 'BadRequestError', retry: false, message: 'The body is too large' },
} as const satisfies Record<string, ErrorSpec>;
