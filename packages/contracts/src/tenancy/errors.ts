import type { ErrorSpec } from '../error-spec.ts';

export const TENANCY_ERRORS = {} as const satisfies Record<string, ErrorSpec>;
