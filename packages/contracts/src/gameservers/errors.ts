import type { ErrorSpec } from '../error-spec.ts';

export const GAMESERVERS_ERRORS = {} as const satisfies Record<string, ErrorSpec>;
