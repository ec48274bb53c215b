import { createAssignment } from '@takaro/contracts/modules/assignments';
import { createCommand } from '@takaro/contracts/modules/commands';
import { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { createFunction } from '@takaro/contracts/modules/functions';
import { createHook } from '@takaro/contracts/modules/hooks';
import { installModule } from '@takaro/contracts/modules/installations';
import { createModule } from '@takaro/contracts/modules/modules';
import type { ModuleOutput } from '@takaro/contracts/modules/shapes';
import type { Community } from '@takaro/testing/community';

/** The functions that a component runs, in order. */
type Codes = readonly [string, ...string[]];

export interface Written {
  readonly id: string;
  /** In the order in which they run. */
  readonly functionIds: readonly string[];
}

/** Writes one module of a community over the API: the first function comes with its component, the others are assigned to it. */
export interface ModuleAuthor {
  readonly module: ModuleOutput;
  command(trigger: string, codes: Codes, args?: readonly string[]): Promise<Written>;
  hook(eventType: 'chat-message' | 'player-death', regex: string, codes: Codes): Promise<Written>;
  cronJob(temporalValue: string, codes: Codes): Promise<Written>;
  install(): Promise<void>;
}

export async function writeModule({ root, gameServerId }: Community, name: string): Promise<ModuleAuthor> {
  const module = await root.call(createModule, { name });
  const versionId = module.latestVersion.id;
  const assign = async (component: { id: string; function: { id: string } }, kind: string, others: readonly string[]): Promise<Written> => {
    const functionIds = [component.function.id];
    for (const code of others) {
      const { id: functionId } = await root.call(createFunction, { versionId, code });
      await root.call(createAssignment, { functionId, [kind]: component.id });
      functionIds.push(functionId);
    }
    return { id: component.id, functionIds };
  };
  return {
    module,
    command: async (trigger, [own, ...others], args = []) => {
      const wanted = args.map((arg, position) => ({ name: arg, type: 'string', position }));
      const command = await root.call(createCommand, { versionId, name: trigger, trigger, function: own, arguments: wanted });
      return assign(command, 'command', others);
    },
    hook: async (eventType, regex, [own, ...others]) =>
      assign(await root.call(createHook, { versionId, name: `on ${eventType}`, eventType, regex, function: own }), 'hook', others),
    cronJob: async (temporalValue, [own, ...others]) =>
      assign(await root.call(createCronJob, { versionId, name: `at ${temporalValue}`, temporalValue, function: own }), 'cronJob', others),
    install: async () => void (await root.call(installModule, { versionId, gameServerId })),
  };
}
