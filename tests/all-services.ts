import { startConnectorsProcess } from '@takaro/connectors/service';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { startGameServersProcess } from '@takaro/gameservers/service';
import { startGateway } from '@takaro/gateway/service';
import type { StartService } from '@takaro/process';
import { startRunnerProcess } from '@takaro/runner/service';
import { startTenancyProcess } from '@takaro/tenancy/service';
import type { World } from '@takaro/testing/world';

const STARTERS: Partial<Record<ServiceName, StartService>> = {
  tenancy: startTenancyProcess,
  gameservers: startGameServersProcess,
  runner: startRunnerProcess,
  connectors: startConnectorsProcess,
  gateway: startGateway,
};

/** The whole of Takaro in this process, on the bus and the tables of one world. */
export async function startAllServices(world: World): Promise<void> {
  for (const service of SERVICE_NAMES) {
    const start = STARTERS[service];
    if (start) await world.start(service, start);
    else await world.neighbours(service);
  }
}
