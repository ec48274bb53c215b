import type { ErrorSpec } from '../error-spec.ts';

const refused = (message: string) => ({ status: 400, name: 'BadRequestError', retry: false, message }) as const;
const taken = { status: 409, name: 'ConflictError', retry: false, message: 'Unique constraint violation' } as const;

export const TENANCY_ERRORS = {
  DOMAIN_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' },
  EXTERNAL_REFERENCE_TAKEN: taken,
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
  IDENTITY_MISMATCH: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'The identity is not the one of this e-mail address. Leave idpId out.',
  },
  /** By a link for the owner of a domain nobody becomes its owner. */
  USER_MAY_DO_MORE: {
    status: 403,
    name: 'ForbiddenError',
    retry: false,
    message: 'This user may do more than you. Ask somebody with the same permissions.',
  },
  PASSWORD_LINK_REFUSED: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'The link was used, is too old or was replaced by a newer one. Ask for a new one.',
  },
  TOO_MANY_SIGN_INS: {
    status: 429,
    name: 'TooManyRequestsError',
    retry: false,
    message: 'Too many sign-ins failed. Try again in {retryAfterS} s.',
  },
  API_TOKEN_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' },
  API_TOKEN_EXPIRED: refused('The token would have ended already. Choose a moment in the future.'),
  API_TOKENS_LIMIT: refused('A user has at most {most} API tokens. Revoke one that is not needed.'),
  PERMISSION_NOT_HELD: refused('You cannot give a token the permission {permission}: you do not have it'),
  ROLE_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' },
  ROLE_NAME_TAKEN: taken,
  PERMISSION_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' },
  ROOT_ROLE_FIXED: refused('Cannot update root role'),
  SYSTEM_ROLE_FIXED: refused('Cannot delete system roles'),
  ROLE_ALREADY_ASSIGNED: taken,
  /** Somebody has to be able to let others in again. */
  LAST_ROOT: refused('The domain would be left without a user who has the role root for good'),
  MAX_USERS_REACHED: refused('Max users ({maxUsers}) limit reached'),
  LINK_CODE_UNKNOWN: refused('The code is unknown or has expired. Ask for a new one in the game.'),
  /** The address is that of somebody else than who is signed in. */
  LINK_EMAIL_FOREIGN: refused('Sign in with the account of this e-mail address to link it, or use another address'),
  PLAYER_ALREADY_LINKED: taken,
  /** Codes are compared by their text, so a module's ROOT would be the platform's. */
  PERMISSION_RESERVED: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'The permission {permission} belongs to the platform. Choose another code.',
  },
  SETTING_REFUSED: { status: 400, name: 'BadRequestError', retry: false, message: 'The value is not valid for the setting {key}' },
} as const satisfies Record<string, ErrorSpec>;
