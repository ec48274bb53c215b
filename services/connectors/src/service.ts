import { type Bus, listen, onStrain } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import { numberFrom, type ServiceContext } from '@takaro/process';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import { Gathering } from './events/gathering.ts';
import { IntakeBudget } from './events/intake-budget.ts';
import { Pace } from './events/pace.ts';
import { createMetrics } from './metrics.ts';
import { Reachability } from './reachability.ts';
import { Registry } from './registry.ts';
import type { Session } from './session.ts';

export type { Endpoint } from './endpoint.ts';

export interface ConnectorsOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Lets game servers in, carries their events into the streams and the actions to them. */
export async function startConnectors(context: ServiceContext, options: ConnectorsOptions): Promise<Endpoint> {
  const { bus, limits } = context;
  await using opening = new AsyncDisposableStack();
  const now = (): number => context.clock.now();
  const connectorId = newId();
  const reachability = opening.use(new Reachability({ bus, connectorId, now }));
  const registry = opening.use(new Registry({ bus, connectorId, onStatus: (server, reachable) => reachability.tell(server, reachable) }));
  opening.use(onReconnect(bus, () => registry.reassert()));
  opening.use(listen(bus, ['gameserver-deleted'], ({ gameServerId }) => registry.drop((server) => server.gameServerId === gameServerId)));
  opening.use(listen(bus, ['registration-token-regenerated'], ({ domainId }) => registry.drop((server) => server.domainId === domainId)));
  opening.use(
    listen(bus, ['domain-updated'], ({ domainId, meta }) => {
      if (meta?.['state'] === 'DISABLED') registry.drop((server) => server.domainId === domainId);
    }),
  );
  const sessions = new Set<Session>();
  const budget = opening.use(new IntakeBudget(limits.intakeBytes));
  const pace = new Pace({
    perSecond: limits.gameServerEventsPerSecond,
    unevenPerSecond: limits.gameServerEventsPerSecondUneven,
    leastPerSecond: limits.gameServerEventsPerSecondLeast,
    burst: limits.gameServerEventsAtOnce,
  });
  const gathering = new Gathering();
  opening.use(
    onStrain(bus, () => {
      pace.slow();
      gathering.lengthen();
    }),
  );
  const metrics = createMetrics(context.metrics, { sessions, budget, pace, gathering });
  const host = { bus, limits, registry, metrics, sessions, budget, gathering, pace, now };
  const { port } = opening.use(await openEndpoint(host, options));
  context.log.info({ host: options.host, port }, 'game servers may connect');
  const opened = opening.move();
  return { port, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** While the connection was away nobody was heard, and this copy may have been given up. */
function onReconnect(bus: Bus, react: () => void): Disposable {
  const statuses = bus.nats.status();
  const watch = async (): Promise<void> => {
    for await (const { type } of statuses) if (type === 'reconnect') react();
  };
  void watch();
  return { [Symbol.dispose]: () => void statuses[Symbol.asyncIterator]().return?.() };
}

export const startConnectorsProcess = (context: ServiceContext): Promise<Endpoint> =>
  startConnectors(context, {
    host: context.env['TAKARO_HOST'] ?? '127.0.0.1',
    port: numberFrom(context.env, 'TAKARO_CONNECTORS_PORT', { fallback: 3_004, min: 0, max: 65_535 }),
  });
