import type { Bus, Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { identifyGameServer } from '@takaro/contracts/gameservers/internal';
import { GAME_SERVER_NAME, IDENTITY_TOKEN } from '@takaro/contracts/gameservers/shapes';
import { newId } from '@takaro/contracts/ids';
import { PLATFORM } from '@takaro/contracts/subjects';
import { resolveDomainByRegistrationToken } from '@takaro/contracts/tenancy/internal';
import { gameServerEvent } from '../game-server-event.ts';
import { addGameServer, findByIdentityToken, type KnownGameServer, lockAdditions, transaction } from '../game-server.repository.ts';
import { scheduleSync } from '../jobs/schedule-sync.ts';
import type { Parts } from '../parts.ts';

/** Finds the game server that connects by what it calls itself, or makes it. */
export const handleIdentifyGameServer =
  (parts: Parts): Handler<typeof identifyGameServer> =>
  async ({ registrationToken, identityToken, name = identityToken }) => {
    const { domainId, maxGameservers } = await resolveDomain(parts.context.bus, registrationToken);
    const known = await findByIdentityToken((text, values) => parts.db.sql(domainId, text, values), identityToken);
    const found = known ?? (await introduce(parts, { domainId, identityToken, name, maxGameservers }));
    return { domainId, gameServerId: found.id, enabled: found.enabled, order: found.order };
  };

async function resolveDomain(bus: Bus, registrationToken: string) {
  try {
    return await bus.call(resolveDomainByRegistrationToken, { registrationToken }, { token: await bus.serviceToken(PLATFORM) });
  } catch (error) {
    const isUnknown = error instanceof ServiceError && error.code === 'DOMAIN_NOT_FOUND';
    throw isUnknown ? new ServiceError('REGISTRATION_TOKEN_INVALID', { cause: error }) : error;
  }
}

interface Introduction {
  readonly domainId: string;
  readonly identityToken: string;
  readonly name: string;
  readonly maxGameservers: number;
}

/** Of several sockets that introduce the same server at once, the first makes it and the others find it. */
async function introduce({ context: { clock }, db }: Parts, introduction: Introduction): Promise<KnownGameServer> {
  const { domainId, identityToken, name, maxGameservers } = introduction;
  if (name.length < GAME_SERVER_NAME.minLength || name.length > GAME_SERVER_NAME.maxLength)
    throw new ServiceError('GAMESERVER_NAME_INVALID');
  if (identityToken.length > IDENTITY_TOKEN.maxLength) throw new ServiceError('GAMESERVER_NAME_INVALID');
  return await transaction(db, domainId, async (tx) => {
    await lockAdditions(tx);
    const known = await findByIdentityToken((text, values) => tx.sql(text, values), identityToken);
    if (known) return known;
    const fresh = { id: newId(), name, type: 'GENERIC', connectionInfo: {}, reachable: true, identityToken } as const;
    const added = await addGameServer(tx, fresh, maxGameservers);
    const teller = { domainId, claims: null };
    const occurredAt = new Date(clock.now());
    await tx.tell(gameServerEvent(teller, { name: 'gameserver-created', gameServerId: added.id, occurredAt }));
    await scheduleSync(tx, added.id, occurredAt);
    const found = await findByIdentityToken((text, values) => tx.sql(text, values), identityToken);
    if (!found) throw new Error('a row is gone within its transaction');
    return found;
  });
}
