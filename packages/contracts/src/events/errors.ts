import type { ErrorSpec } from '../error-spec.ts';

export const EVENTS_ERRORS = {
  EVENT_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Event with id {id} not found' },
  META_INVALID: { status: 400, name: 'ValidationError', retry: false, message: 'meta is not what an event of this name holds' },
  EXPORT_RANGE_TOO_LARGE: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'An export covers {days} days at most. Ask for less at once.',
  },
} as const satisfies Record<string, ErrorSpec>;
