import { createHash } from 'node:crypto';
import type { ApiCaller, Operation } from '@takaro/api';
import type { Bus } from '@takaro/bus';
import type { Access } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { getModulesByIds } from '@takaro/contracts/modules/internal';
import { Uuid } from '@takaro/contracts/shapes';
import { exchangeAdminSecret, exchangeSession } from '@takaro/contracts/tenancy/internal';
import { matches } from '@takaro/contracts/validate';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { adminSecretOf, type Credentialed, type Credentials, credentialsOf, textOf } from './credentials.ts';
import { setDomainCookie } from './domain-cookie.ts';
import type { RequestRate } from './request-rate.ts';

/** Who a request comes from, asked of tenancy at most this often per credential: a sign-out or a lost role counts after 2 s. */
const FRESH_MS = 2_000;

type Session = Awaited<ReturnType<typeof askTenancy>>;

export interface SignIn {
  /**
   * The caller of an operation, early and in the published order of checks: session, permission, dashboard user, state of the domain.
   * A session without a hint is sent to the same domain from now on, by a cookie.
   * @throws ServiceError UNAUTHENTICATED, TOKEN_REFUSED, PERMISSION_DENIED, NOT_A_DASHBOARD_USER, DOMAIN_INACTIVE …
   */
  callerOf(operation: Operation, request: FastifyRequest, reply?: FastifyReply): Promise<ApiCaller>;
  /** Any session of a domain that is ACTIVE, for who watches it. @throws ServiceError the same */
  viewerOf(request: Credentialed): Promise<DomainCaller>;
}

/** Who asks in which domain, with a bus token. */
export interface DomainCaller {
  readonly token: string;
  readonly domainId: string;
}

/** What is refused here counts for the address that it comes from. */
export function createSignIn(bus: Bus, rate: RequestRate): SignIn {
  const sessions = new LRUCache<string, Promise<Session>>({ max: 10_000, ttl: FRESH_MS });
  const admins = new LRUCache<string, Promise<{ token: string }>>({ max: 100, ttl: FRESH_MS });
  const sessionOf = (credentials: Credentials): Promise<Session> => remember(sessions, credentials, () => askTenancy(bus, credentials));
  const inNameOf = async (moduleId: string, credentials: Credentials): Promise<Session> => {
    const session = await sessionOf(credentials);
    const { token, domainId } = session;
    const [module] = await bus.call(getModulesByIds, { ids: [moduleId] }, { token, domainId });
    return module ? askTenancy(bus, { ...credentials, moduleId }) : session;
  };
  const signedIn = async (request: FastifyRequest) => {
    const credentials = credentialsOf(request);
    const moduleId = moduleOf(request);
    const session =
      moduleId === undefined
        ? await sessionOf(credentials)
        : await remember(sessions, { ...credentials, moduleId }, () => inNameOf(moduleId, credentials));
    return { credentials, session };
  };
  const adminOf = async (secret: string): Promise<{ token: string }> =>
    remember(admins, { secret }, () => bus.call(exchangeAdminSecret, { secret }));
  return {
    callerOf: async (operation, request, reply) => {
      const { access } = operation.contract;
      if (access.kind === 'public') return {};
      if (access.kind === 'admin') return rate.judge(request, access.kind, async () => adminOf(adminSecretOf(request)));
      const { credentials, session } = await rate.judge(request, access.kind, () => signedIn(request));
      if (reply && credentials.apiToken === undefined && credentials.domainHint === undefined) setDomainCookie(reply, session.domainId);
      checkEarly(access, session, operation);
      return { token: session.token, domainId: session.domainId };
    },
    viewerOf: async (request) => {
      const session = await rate.judge(request, 'domain', async () => sessionOf(credentialsOf(request)));
      checkState(session);
      return { token: session.token, domainId: session.domainId };
    },
  };
}

/** Whatever else stands there names no module. */
function moduleOf({ headers }: FastifyRequest): string | undefined {
  const moduleId = textOf(headers['x-takaro-module']);
  return moduleId !== undefined && matches(Uuid, moduleId) ? moduleId : undefined;
}

const askTenancy = async (bus: Bus, credentials: Credentials & { readonly moduleId?: string }) => bus.call(exchangeSession, credentials);

/** Keeps a good answer for a moment under a hash of the credentials; a refusal is not kept. */
async function remember<T extends object>(cache: LRUCache<string, Promise<T>>, credentials: object, ask: () => Promise<T>): Promise<T> {
  const key = createHash('sha256').update(JSON.stringify(credentials)).digest('base64');
  const known = cache.get(key);
  if (known) return known;
  const asked = ask();
  cache.set(key, asked);
  asked.catch(() => cache.delete(key));
  return asked;
}

/** The gateway looks early so that a refusal comes before any complaint about the body; the owner of the operation looks again. */
function checkEarly(access: Access, session: Session, { contract }: Operation): void {
  if (access.kind !== 'domain') return;
  const missing = access.permissions.filter((code) => !session.permissions.includes(code) && !session.permissions.includes('ROOT'));
  if (missing.some((code) => !session.withheld.includes(code))) throw new ServiceError('PERMISSION_DENIED');
  if (missing.length > 0) throw new ServiceError('NOT_A_DASHBOARD_USER');
  if (!contract.rest?.inactiveDomains) checkState(session);
}

function checkState(session: Session): void {
  if (session.domainState === 'ACTIVE') return;
  throw new ServiceError('DOMAIN_INACTIVE', { params: { state: session.domainState === 'DISABLED' ? 'disabled' : 'in maintenance' } });
}
