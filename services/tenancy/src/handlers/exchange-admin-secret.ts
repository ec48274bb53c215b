import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { PLATFORM } from '@takaro/contracts/subjects';
import type { exchangeAdminSecret } from '@takaro/contracts/tenancy/internal';
import { sameText } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleExchangeAdminSecret =
  ({ adminSecret, adminSigner }: Tenancy): Handler<typeof exchangeAdminSecret> =>
  async ({ secret }) => {
    if (!sameText(secret, adminSecret)) throw new ServiceError('PERMISSION_DENIED');
    return { token: await adminSigner.sign({ subject: 'admin', domainId: PLATFORM, permissions: [] }) };
  };
