import type { ErrorSpec } from '../error-spec.ts';

export const EVENTS_ERRORS = {
  EVENT_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Event with id {id} not found' },
} as const satisfies Record<string, ErrorSpec>;
