import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import type { exchangeSession } from '@takaro/contracts/tenancy/internal';
import { type Effective, effectivePermissions } from '../effective-permissions.ts';
import { type SignedIn, signedInByApiToken, signedInBySession } from '../signed-in.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleExchangeSession =
  (tenancy: Tenancy): Handler<typeof exchangeSession> =>
  async ({ session, apiToken, domainHint, moduleId }) => {
    const { domainId, userId, domainState, apiToken: came } = await whoIs(tenancy, { session, apiToken, domainHint });
    const { permissions, withheld } = within(
      came?.permissions ?? null,
      await effectivePermissions(tenancy, domainId, userId, { signsIn: true }),
    );
    const expiresAt = new Date(tenancy.clock.now() + LIMITS.tokenLifetimeS * 1_000).toISOString();
    const token = await tenancy.userSigner.sign({
      subject: userId,
      domainId,
      permissions,
      ...(moduleId !== undefined && { moduleId }),
      ...(came && { apiTokenId: came.id }),
    });
    return { token, domainId, userId, expiresAt, domainState, permissions, withheld };
  };

/** Of what the user may, what the token was made for. */
function within(most: readonly string[] | null, { permissions, withheld }: Effective): Effective {
  if (most === null) return { permissions, withheld };
  if (permissions.includes('ROOT')) return { permissions: [...most], withheld: [] };
  return { permissions: permissions.filter((code) => most.includes(code)), withheld: withheld.filter((code) => most.includes(code)) };
}

interface Credentials {
  readonly session: string | undefined;
  readonly apiToken: string | undefined;
  readonly domainHint: string | undefined;
}

/** An API token goes first, and a hint beside it counts for nothing. */
async function whoIs(tenancy: Tenancy, { session, apiToken, domainHint }: Credentials): Promise<SignedIn> {
  if (apiToken !== undefined) return signedInByApiToken(tenancy, apiToken);
  if (session === undefined) throw new ServiceError('UNAUTHENTICATED');
  return signedInBySession(tenancy, session, domainHint);
}
