import { startConnectorsProcess } from '@takaro/connectors/service';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { startEventsProcess } from '@takaro/events/service';
import { startGameServersProcess } from '@takaro/gameservers/service';
import { startGateway } from '@takaro/gateway/service';
import { startModulesProcess } from '@takaro/modules/service';
import { startPlayersProcess } from '@takaro/players/service';
import type { StartService } from '@takaro/process';
import { startRunnerProcess } from '@takaro/runner/service';
import { startTenancyProcess } from '@takaro/tenancy/service';
import type { World } from '@takaro/testing/world';

const INNER: Partial<Record<ServiceName, StartService>> = {
  tenancy: startTenancyProcess,
  gameservers: startGameServersProcess,
  players: startPlayersProcess,
  modules: startModulesProcess,
  runner: startRunnerProcess,
  events: startEventsProcess,
};

const STARTERS: Partial<Record<ServiceName, StartService>> = {
  ...INNER,
  connectors: startConnectorsProcess,
  gateway: startGateway,
};

/** Those that stand; in place of the others their contracts answer. */
export const REAL_SERVICES: readonly ServiceName[] = SERVICE_NAMES.filter((service) => STARTERS[service]);

/** Where people, programs and game servers reach it from outside. */
export interface Edges {
  readonly apiUrl: string;
  readonly connectorsUrl: string;
}

/** The whole of Takaro in this process, on the bus and the tables of one world. */
export async function startAllServices(world: World): Promise<Edges> {
  for (const service of SERVICE_NAMES) {
    const start = INNER[service];
    if (start) await world.start(service, start);
    else if (!STARTERS[service]) await world.neighbours(service);
  }
  const connectors = await world.start('connectors', startConnectorsProcess);
  const gateway = await world.start('gateway', startGateway);
  return { apiUrl: gateway.url, connectorsUrl: `ws://127.0.0.1:${connectors.port}` };
}
