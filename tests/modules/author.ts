import type { Bus } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { createCommand } from '@takaro/contracts/modules/commands';
import { installModule } from '@takaro/contracts/modules/installations';
import { createModule } from '@takaro/contracts/modules/modules';
import type { CommandOutput, ModuleInstallationOutput, ModuleOutput } from '@takaro/contracts/modules/shapes';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';

/** Somebody who writes modules over the API. */
export interface Author {
  readonly call: <In, Out>(contract: RequestContract<In, Out>, input: In) => Promise<Out>;
  module(name?: string): Promise<ModuleOutput>;
  install(module: ModuleOutput, gameServerId: string, systemConfig?: object): Promise<ModuleInstallationOutput>;
  command(module: ModuleOutput, trigger: string, rest?: object): Promise<CommandOutput>;
}

let modules = 0;

export async function authorOf(world: World, domain: TestDomain, permissions: readonly string[] = ['ROOT']): Promise<Author> {
  const gateway: Bus = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id, [...permissions]);
  const call: Author['call'] = (contract, input) => gateway.call(contract, input, { domainId: domain.id, token });
  return {
    call,
    module: (name = `module ${(modules += 1)}`) => call(createModule, { name }),
    install: ({ latestVersion }, gameServerId, systemConfig = {}) =>
      call(installModule, { versionId: latestVersion.id, gameServerId, systemConfig: JSON.stringify(systemConfig) }),
    command: ({ latestVersion }, trigger, rest = {}) =>
      call(createCommand, { name: trigger, trigger, versionId: latestVersion.id, function: `// ${trigger}`, ...rest }),
  };
}
