import { ServiceError } from '@takaro/contracts/errors';
import { exchangeAdminSecret, exchangeSession } from '@takaro/contracts/tenancy/internal';
import { startGateway } from '@takaro/gateway/service';
import { answerOf } from '@takaro/testing/neighbours';
import { openWorld, type WorldOptions } from '@takaro/testing/world';
import { documentedFetch } from './documented-fetch.ts';

const DOMAIN = 'quiet-test-domain';

/** A gateway that has tenancy alone for a neighbour. */
export interface LoneGateway {
  readonly url: string;
  /** The credentials that tenancy was asked about, in their order. */
  readonly asked: readonly string[];
}

/** Good are the credentials that begin so; every domain but `unknown` is there. */
const isGood = (credential: string): boolean => credential.startsWith('good');

export async function openLoneGateway(options: WorldOptions = {}): Promise<LoneGateway & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const world = opening.use(await openWorld(options));
  const asked: string[] = [];
  await world.neighbours('tenancy', [
    answerOf(exchangeSession, async ({ session, apiToken, domainHint }) => {
      const credential = apiToken ?? session ?? '';
      asked.push(credential);
      if (!isGood(credential)) throw new ServiceError(apiToken === undefined ? 'UNAUTHENTICATED' : 'TOKEN_REFUSED');
      if (domainHint === 'unknown') throw new ServiceError('DOMAIN_HINT_UNKNOWN');
      return {
        token: await world.tokens.user(DOMAIN),
        domainId: DOMAIN,
        userId: '0199d8c4-0000-7000-8000-000000000001',
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
        domainState: 'ACTIVE' as const,
        permissions: ['ROOT'],
        withheld: [],
      };
    }),
    answerOf(exchangeAdminSecret, async ({ secret }) => {
      asked.push(secret);
      if (!isGood(secret)) throw new ServiceError('PERMISSION_DENIED');
      return { token: await world.tokens.admin() };
    }),
  ]);
  const { url } = await world.start('gateway', startGateway);
  const open = opening.move();
  return { url, asked, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

type HeadersSent = Readonly<Record<string, string>>;

export const bySession = (session: string): HeadersSent => ({ authorization: `Bearer ${session}` });
export const byApiToken = (token: string): HeadersSent => ({ 'x-takaro-token': token });
export const byAdminSecret = (secret: string): HeadersSent => ({ 'x-takaro-admin-token': secret });

/** Asks who one is; with an admin secret, which domains there are. */
export const askWith = ({ url }: LoneGateway, headers: HeadersSent): Promise<Response> =>
  'x-takaro-admin-token' in headers
    ? documentedFetch(`${url}/domain/search`, { method: 'POST', headers })
    : documentedFetch(`${url}/me`, { headers });
