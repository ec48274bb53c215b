import type { ErrorSpec } from '../error-spec.ts';

export const TENANCY_ERRORS = {
  DOMAIN_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' },
  EXTERNAL_REFERENCE_TAKEN: { status: 409, name: 'ConflictError', retry: false, message: 'Unique constraint violation' },
  /** The hinted domain does not exist. */
  DOMAIN_HINT_UNKNOWN: { status: 403, name: 'ForbiddenError', retry: false, message: 'Forbidden' },
  /** `{state}` is `disabled` or `in maintenance`. */
  DOMAIN_INACTIVE: { status: 400, name: 'BadRequestError', retry: false, message: 'The domain is {state}. Contact its owner.' },
  /** Any MANAGE_ permission is usable by dashboard users and holders of ROOT alone. */
  NOT_A_DASHBOARD_USER: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'You must be a dashboard user to perform this action',
  },
  USER_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'User with id {id} not found' },
  ROLE_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' },
  /** Codes are compared by their text, so a module's ROOT would be the platform's. */
  PERMISSION_RESERVED: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'The permission {permission} belongs to the platform. Choose another code.',
  },
  SETTING_REFUSED: { status: 400, name: 'BadRequestError', retry: false, message: 'The value is not valid for the setting {key}' },
} as const satisfies Record<string, ErrorSpec>;
