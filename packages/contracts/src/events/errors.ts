import type { ErrorSpec } from '../error-spec.ts';

export const EVENTS_ERRORS = {} as const satisfies Record<string, ErrorSpec>;
