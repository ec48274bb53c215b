import type { Operation } from '@takaro/api';
import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'takaro-domain';

/** Which domain a browser works in. It opens nothing, and no script of a page needs it: `/me` tells. */
export function setDomainCookie(reply: FastifyReply, domainId: string): void {
  reply.setCookie(NAME, domainId, { path: '/', sameSite: 'strict', httpOnly: true, secure: reply.request.protocol === 'https' });
}

export const domainOfCookie = ({ cookies }: Pick<FastifyRequest, 'cookies'>): string | undefined => cookies[NAME] || undefined;

/** After an operation whose route says so: the domain stands in its input, or in what it answered. */
export function keepDomainCookie({ contract }: Operation, reply: FastifyReply, input: unknown, answered: unknown): void {
  const asked = contract.rest?.domainCookie;
  const domainId = domainIn(input) ?? domainIn(answered);
  if (asked === 'clear') reply.clearCookie(NAME, { path: '/', sameSite: 'strict', httpOnly: true });
  if (asked === 'set' && domainId !== undefined) setDomainCookie(reply, domainId);
}

function domainIn(value: unknown): string | undefined {
  const domainId: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'domainId') : undefined;
  return typeof domainId === 'string' ? domainId : undefined;
}
