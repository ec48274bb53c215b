import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { PLATFORM } from '@takaro/contracts/subjects';
import type { exchangeAdminSecret } from '@takaro/contracts/tenancy/internal';
import { audit } from '../audit.ts';
import { sameText } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

/** A flood of wrong secrets is no flood of writes: it is told once in this time, by each copy of the service. */
const TOLD_EVERY_MS = 1_000;

export const handleExchangeAdminSecret = ({ adminSecret, adminSigner, db, clock }: Tenancy): Handler<typeof exchangeAdminSecret> => {
  let toldAt = -Infinity;
  const tell = async (): Promise<void> => {
    if (performance.now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = performance.now();
    const refused = { action: 'admin-secret-presented', outcome: 'refused', actorKind: 'unknown' } as const;
    await db.platformTransaction(({ sql }) => audit(sql, new Date(clock.now()), refused));
  };
  return async ({ secret }) => {
    if (!sameText(secret, adminSecret)) {
      await tell();
      throw new ServiceError('PERMISSION_DENIED');
    }
    return { token: await adminSigner.sign({ subject: 'admin', domainId: PLATFORM, permissions: [] }) };
  };
};
