import type { ErrorSpec } from '../error-spec.ts';

export const PLAYERS_ERRORS = {} as const satisfies Record<string, ErrorSpec>;
