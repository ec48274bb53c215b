import type { ErrorSpec } from '../error-spec.ts';

const notFound = (thing: string) =>
  ({ status: 404, name: 'NotFoundError', retry: false, message: `${thing} with id {id} not found` }) as const;

export const MODULES_ERRORS = {
  VERSION_NOT_FOUND: notFound('Module version'),
  EXECUTION_NOT_FOUND: notFound('Execution'),
} as const satisfies Record<string, ErrorSpec>;
