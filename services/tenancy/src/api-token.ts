import type { TokenClaims } from '@takaro/contracts/token';
import { newToken } from './secrets.ts';

/** `<domain>.<256 random bits>`: the domain says where the token's hash is to be found. */
export const newApiToken = (domainId: string): string => `${domainId}.${newToken()}`;

/** What an API token names as its domain; it is not believed before the hash was found there. */
export const domainOfApiToken = (token: string): string => token.slice(0, Math.max(0, token.lastIndexOf('.')));

/** Whether somebody has to do with the tokens of others, too. */
export const managesUsers = (claims: TokenClaims | null): boolean =>
  claims !== null && (claims.kind === 'service' || ['ROOT', 'MANAGE_USERS'].some((code) => claims.permissions.includes(code)));
