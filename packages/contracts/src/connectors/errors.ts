import type { ErrorSpec } from '../error-spec.ts';

export const CONNECTORS_ERRORS = {} as const satisfies Record<string, ErrorSpec>;
