import type { ErrorSpec } from '../error-spec.ts';

const refused = (message: string) => ({ status: 400, name: 'BadRequestError', retry: false, message }) as const;
const notFound = { status: 404, name: 'NotFoundError', retry: false, message: 'Not found' } as const;

export const PLAYERS_ERRORS = {
  PLAYER_NOT_FOUND: notFound,
  POG_NOT_FOUND: notFound,
  SYSTEM_ROLE_NOT_ASSIGNABLE: refused('System roles cannot be assigned or removed'),
  ECONOMY_DISABLED: refused('Economy is not enabled'),
  AMOUNT_NOT_POSITIVE: refused('Amount must be greater than 0'),
  NOT_ENOUGH_CURRENCY: refused('Not enough currency'),
  INSUFFICIENT_FUNDS: refused('Insufficient funds'),
  CURRENCY_TOO_LARGE: refused('A player cannot have that much currency'),
  TRANSFER_ACROSS_GAME_SERVERS: refused('Currency can only be transferred between players on the same game server'),
  TRANSFER_TO_SELF: refused('Sender and receiver are the same player'),
} as const satisfies Record<string, ErrorSpec>;
