import { newToken } from './secrets.ts';

/** `<domain>.<256 random bits>`: the domain says where the token's hash is to be found. */
export const newApiToken = (domainId: string): string => `${domainId}.${newToken()}`;

/** What an API token names as its domain; it is not believed before the hash was found there. */
export const domainOfApiToken = (token: string): string => token.slice(0, Math.max(0, token.lastIndexOf('.')));
