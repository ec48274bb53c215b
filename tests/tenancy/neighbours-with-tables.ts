import { fileURLToPath } from 'node:url';
import { type Answer, serve } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { TABLE_SERVICES } from '@takaro/contracts/services';
import { openTenantDb } from '@takaro/tenant-db';
import type { World } from '@takaro/testing/world';

export interface NeighboursWithTables extends AsyncDisposable {
  /** From now on the operation of the service fails: before it did anything, or after, so that its answer is lost. */
  fail(service: string, operation: string, when: 'before' | 'after'): void;
  /** From now on everything works. */
  heal(): void;
  /** `<service> <operation> <domain>` of all that was asked. */
  readonly asked: readonly string[];
}

/** The services beside tenancy as a new domain sees them: they make their tables for real, and fail when told to. */
export async function neighboursWithTables(world: World): Promise<NeighboursWithTables> {
  await using opening = new AsyncDisposableStack();
  const failing = new Map<string, 'before' | 'after'>();
  const asked: string[] = [];
  const breakable = (service: string, { contract, handle }: Answer): Answer => ({
    contract,
    handle: async (input, caller) => {
      asked.push(`${service} ${contract.operation} ${caller.domainId}`);
      const when = failing.get(`${service} ${contract.operation}`);
      if (when === 'before') throw new ServiceError('UNAVAILABLE');
      const answer = await handle(input, caller);
      if (when === 'after') throw new ServiceError('UNAVAILABLE');
      return answer;
    },
  });
  for (const service of TABLE_SERVICES.filter((name) => name !== 'tenancy')) {
    const bus = await world.busFor(service);
    const db = opening.use(
      await openTenantDb({
        service,
        databaseUrl: world.databaseUrl(service),
        entities: [],
        folder: fileURLToPath(new URL(`../../services/${service}`, import.meta.url)),
        log: bus.log,
        pool: { connections: 2 },
      }),
    );
    const answers = db.provisioningAnswers().map((answer) => breakable(service, answer));
    opening.use(await serve(bus, answers));
  }
  const open = opening.move();
  return {
    fail: (service, operation, when) => void failing.set(`${service} ${operation}`, when),
    heal: () => failing.clear(),
    asked,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
