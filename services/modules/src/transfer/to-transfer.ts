import type { ModuleTransfer, TransferAssignment, TransferVersion } from '@takaro/contracts/modules/transfer';
import type { ModuleRow, ModuleVersionRow } from '../entities/module.entity.ts';
import type { AssignmentPart, ComponentPart, FunctionPart, VersionContent } from '../versions/version-content.ts';

/** What the file says of who wrote it. Other installations look whether it is there, and no further. */
export const TAKARO_VERSION = 'v0.4.11';

export interface VersionToWrite {
  readonly row: Omit<ModuleVersionRow, 'id' | 'moduleId' | 'revision' | 'createdAt' | 'updatedAt'>;
  readonly content: VersionContent;
}

/** A module as a file. What is ours in it is left out where it says nothing, so that the rest is the published format. */
export const toTransfer = (
  module: Pick<ModuleRow, 'name' | 'author' | 'supportedGames' | 'enabled'>,
  versions: readonly VersionToWrite[],
): ModuleTransfer => ({
  name: module.name,
  takaroVersion: TAKARO_VERSION,
  author: module.author ?? null,
  supportedGames: [...module.supportedGames],
  ...(!module.enabled && { enabled: false }),
  versions: versions.map(versionTransfer),
});

function versionTransfer({ row, content }: VersionToWrite): TransferVersion {
  const refer = referencesIn(content);
  const componentTransfer = (part: ComponentPart) => ({
    name: part.name,
    description: part.description,
    function: refer.codeOf(part.functionId),
    ...refer.assignedTo(part.id),
  });
  return {
    tag: row.tag,
    description: row.description,
    configSchema: row.configSchema,
    uiSchema: row.uiSchema,
    ...(typeof row.defaultSystemConfig === 'string' && { defaultSystemConfig: row.defaultSystemConfig }),
    commands: content.commands.map((part) => ({
      ...componentTransfer(part),
      trigger: part.trigger,
      helpText: part.helpText,
      arguments: content.arguments
        .filter(({ commandId }) => commandId === part.id)
        .map(({ name, type, helpText, defaultValue, position }) => ({ name, type, helpText, defaultValue, position })),
      requiredPermissions: [...part.requiredPermissions],
    })),
    hooks: content.hooks.map((part) => ({
      ...componentTransfer(part),
      eventType: part.eventType,
      regex: part.regex,
      ...(part.searchString !== null && { searchString: part.searchString }),
    })),
    cronJobs: content.crons.map((part) => ({ ...componentTransfer(part), temporalValue: part.temporalValue })),
    functions: content.functions.flatMap(({ name, description, code }) => (name === null ? [] : [{ name, description, function: code }])),
    permissions: row.permissions.map(({ permission, friendlyName, description, canHaveCount }) => ({
      permission,
      friendlyName,
      description,
      canHaveCount,
    })),
  };
}

/** How parts of one version name each other in a file, where there are no ids. */
function referencesIn(content: VersionContent) {
  const functions = new Map(content.functions.map((part) => [part.id, part]));
  const functionOf = (id: string): FunctionPart => {
    const found = functions.get(id);
    if (!found) throw new Error(`function ${id} of a component is missing`);
    return found;
  };
  const owners = new Map<string, Partial<Pick<TransferAssignment, 'command' | 'hook' | 'cronJob'>>>([
    ...content.commands.map(({ functionId, name }) => [functionId, { command: name }] as const),
    ...content.hooks.map(({ functionId, name }) => [functionId, { hook: name }] as const),
    ...content.crons.map(({ functionId, name }) => [functionId, { cronJob: name }] as const),
  ]);
  const reference = ({ functionId, position }: AssignmentPart): TransferAssignment => {
    const { name, code, description } = functionOf(functionId);
    const owner = owners.get(functionId);
    if (owner) return { position, ...owner };
    return name === null ? { position, function: code, description } : { position, functionName: name };
  };
  const isOf = (componentId: string) => (part: AssignmentPart) => [part.command, part.hook, part.cronJob].includes(componentId);
  return {
    codeOf: (functionId: string): string => functionOf(functionId).code,
    assignedTo: (componentId: string) => {
      const others = content.assignments.filter(isOf(componentId)).filter(({ position }) => position > 0);
      return others.length > 0 ? { assignedFunctions: others.map(reference) } : {};
    },
  };
}
