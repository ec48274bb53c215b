import { consume, serve } from '@takaro/bus';
import { IngestEnvelope, reportIdOf } from '@takaro/contracts/event-envelope';
import { databaseFrom, type ServiceContext } from '@takaro/process';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import { playersAnswers } from './answers.ts';
import { openDomainRoles } from './domain-roles.ts';
import { startRoleExpiry } from './expire-roles.ts';
import { Identities } from './identities.ts';
import { PogEntity } from './player-on-game-server.entity.ts';
import { PlayerEntity } from './player.entity.ts';
import { resolvePlayer, resolvePlayers } from './reactions/resolve-player.ts';
import { SeenBatch } from './seen-batch.ts';

export const openPlayersDb = ({ env, bus, log }: Pick<ServiceContext, 'env' | 'bus' | 'log'>): Promise<TenantDb> =>
  openTenantDb({
    service: 'players',
    ...databaseFrom(env),
    entities: [PlayerEntity, PogEntity],
    folder: `${import.meta.dirname}/..`,
    log,
    bus,
  });

/** Knows who is behind what games tell, and answers for players and their currency. */
export async function startPlayers(context: ServiceContext, db: TenantDb): Promise<AsyncDisposable> {
  const { bus, log, clock } = context;
  await using opening = new AsyncDisposableStack();
  const now = (): number => clock.now();
  const roles = opening.use(openDomainRoles(bus, clock));
  const seen = opening.use(new SeenBatch(db, log));
  opening.use(startRoleExpiry({ db, log, roles, now }));
  opening.use(await serve(bus, [...db.provisioningAnswers(), ...playersAnswers({ db, bus, roles, now })]));
  const parts = { db, roles, identities: new Identities(), seen, now };
  const [react, reactTogether] = [resolvePlayer(bus, parts), resolvePlayers(bus, parts)];
  opening.use(
    await consume<IngestEnvelope>(bus, {
      stream: 'INGEST',
      schema: IngestEnvelope,
      react,
      reactTogether,
      idOf: reportIdOf,
      tellsStrain: 'of turns',
    }),
  );
  return opening.move();
}

export async function startPlayersProcess(context: ServiceContext): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const db = opening.use(await openPlayersDb(context));
  context.readiness.add('tenants are not migrated', async () => (await db.pendingMigrations()) === 0);
  opening.use(await startPlayers(context, db));
  return opening.move();
}
