import { createHash } from 'node:crypto';
import type { Access } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { CREDENTIAL_CHARS } from '@takaro/contracts/tenancy/internal';
import type { FastifyRequest } from 'fastify';
import { domainOfCookie } from './domain-cookie.ts';

/** Where credentials stand and where they come from, in a request of HTTP or in the handshake of a socket. */
export type Credentialed = Pick<FastifyRequest, 'headers' | 'cookies' | 'ip'>;

/** An API token alone, since it says user and domain, or a session and where it is to go. */
export interface Credentials {
  readonly session?: string;
  readonly apiToken?: string;
  readonly domainHint?: string;
}

/**
 * Who a request says that it comes from. What is too long is known to nobody, and refused so.
 * @throws ServiceError UNAUTHENTICATED, TOKEN_REFUSED, DOMAIN_HINT_UNKNOWN
 */
export function credentialsOf(request: Credentialed): Credentials {
  const apiToken = apiTokenIn(request);
  if (apiToken !== undefined) {
    if (apiToken.length > CREDENTIAL_CHARS.apiToken) throw new ServiceError('TOKEN_REFUSED');
    return { apiToken };
  }
  const session = sessionIn(request);
  if (session === undefined || session.length > CREDENTIAL_CHARS.session) throw new ServiceError('UNAUTHENTICATED');
  const domainHint = textOf(request.headers['x-takaro-domain']) || domainOfCookie(request);
  if (domainHint === undefined) return { session };
  if (domainHint.length > CREDENTIAL_CHARS.domainHint) throw new ServiceError('DOMAIN_HINT_UNKNOWN');
  return { session, domainHint };
}

/** @throws ServiceError UNAUTHENTICATED where there is none, PERMISSION_DENIED where it is too long to be right */
export function adminSecretOf(request: Credentialed): string {
  const secret = adminSecretIn(request);
  if (secret === undefined) throw new ServiceError('UNAUTHENTICATED');
  if (secret.length > CREDENTIAL_CHARS.adminSecret) throw new ServiceError('PERMISSION_DENIED');
  return secret;
}

/**
 * Stands for the one credential that a route with this access looks at, so that it stays in memory for no longer than its request; nothing
 * where the request does not have it.
 */
export function credentialHash(request: Credentialed, access: Access['kind'] | undefined): string | undefined {
  const [kind, text] = credentialIn(request, access);
  return text === undefined ? undefined : createHash('sha256').update(`${kind} ${text}`).digest('base64');
}

function credentialIn(request: Credentialed, access: Access['kind'] | undefined): readonly [kind: string, text: string | undefined] {
  if (access === 'admin') return ['admin secret', adminSecretIn(request)];
  const apiToken = apiTokenIn(request);
  return apiToken === undefined ? ['session', sessionIn(request)] : ['API token', apiToken];
}

const sessionIn = ({ headers, cookies }: Credentialed): string | undefined =>
  /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? cookies['takaro-token'];

const apiTokenIn = ({ headers }: Credentialed): string | undefined => textOf(headers['x-takaro-token']);

const adminSecretIn = ({ headers }: Credentialed): string | undefined => textOf(headers['x-takaro-admin-token']);

export const textOf = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);
