import { newId } from '@takaro/contracts/ids';
import type { ModuleImport, TransferAssignment, TransferVersion } from '@takaro/contracts/modules/transfer';
import type { ComponentColumn } from '../versions/own-function.ts';
import { LATEST } from '../versions/read-modules.ts';
import type { AssignmentPart, ComponentPart, FunctionPart, VersionContent } from '../versions/version-content.ts';
import { NO_HELP_TEXT, versionDefaults } from '../versions/version-input.ts';

/** The versions of a file. One of before there were versions is all `latest`. */
export function versionsIn({ versions, name: _name, description, configSchema, ...content }: ModuleImport): readonly TransferVersion[] {
  if (versions) return versions;
  const described = description ?? versionDefaults.description;
  return [{ ...content, tag: LATEST, description: described, configSchema: configSchema ?? versionDefaults.configSchema }];
}

interface ComponentSource {
  readonly name: string;
  readonly description?: string | null;
  readonly function: string;
  readonly assignedFunctions?: readonly TransferAssignment[];
}

interface Made<Source> {
  readonly column: ComponentColumn;
  readonly source: Source;
  readonly part: ComponentPart;
  readonly own: FunctionPart;
}

/** The parts of a version under fresh ids, referring to each other. @throws Error naming a reference that leads nowhere */
export function contentOf({ commands = [], hooks = [], cronJobs = [], functions = [] }: TransferVersion): VersionContent {
  const named = functions.map(({ name, description, function: code }) => functionPart(code, name, description));
  const made = {
    commands: commands.map((source) => make('command', source)),
    hooks: hooks.map((source) => make('hook', source)),
    crons: cronJobs.map((source) => make('cronJob', source)),
  };
  const all: readonly Made<ComponentSource>[] = [...made.commands, ...made.hooks, ...made.crons];
  const { assignments, nameless } = assign(all, named);
  return {
    functions: [...named, ...all.map(({ own }) => own), ...nameless],
    commands: made.commands.map(({ part, source: { trigger, helpText, requiredPermissions = [] } }) => ({
      ...part,
      trigger,
      helpText: helpText ?? NO_HELP_TEXT,
      requiredPermissions,
    })),
    arguments: made.commands.flatMap(({ part, source: { arguments: list = [] } }) =>
      list.map(({ name, type, helpText, defaultValue, position }, place) => ({
        id: newId(),
        commandId: part.id,
        name,
        type,
        helpText: helpText ?? '',
        defaultValue: defaultValue ?? null,
        position: position ?? place,
      })),
    ),
    hooks: made.hooks.map(({ part, source: { eventType, regex = null, searchString = null } }) => ({
      ...part,
      eventType,
      regex,
      searchString,
    })),
    crons: made.crons.map(({ part, source: { temporalValue } }) => ({ ...part, temporalValue })),
    assignments,
  };
}

const functionPart = (code: string, name: string | null = null, description: string | null = null): FunctionPart => ({
  id: newId(),
  name,
  description,
  code,
});

function make<Source extends ComponentSource>(column: ComponentColumn, source: Source): Made<Source> {
  const own = functionPart(source.function);
  return { column, source, own, part: { id: newId(), name: source.name, description: source.description ?? null, functionId: own.id } };
}

function assign(all: readonly Made<ComponentSource>[], named: readonly FunctionPart[]) {
  const nameless = new Map<string, FunctionPart>();
  const functionOf = (reference: TransferAssignment): FunctionPart => {
    if (reference.function !== undefined) {
      // The same code twice is one function: what was shared stays shared.
      const key = JSON.stringify([reference.function, reference.description ?? null]);
      const part = nameless.get(key) ?? functionPart(reference.function, null, reference.description);
      nameless.set(key, part);
      return part;
    }
    const owner = all.find(({ column, part }) => reference[column] === part.name);
    const found = owner?.own ?? named.find(({ name }) => name === reference.functionName);
    if (!found) throw new Error(`assignedFunctions name ${JSON.stringify(reference)}, which is not in the version`);
    return found;
  };
  const assignments = all.flatMap(({ column, part, source: { assignedFunctions = [] } }) => [
    assignment(column, part.id, { functionId: part.functionId, position: 0 }),
    ...assignedFunctions.map((one) => assignment(column, part.id, { functionId: functionOf(one).id, position: one.position })),
  ]);
  return { assignments, nameless: [...nameless.values()] };
}

const assignment = (
  column: ComponentColumn,
  componentId: string,
  rest: Pick<AssignmentPart, 'functionId' | 'position'>,
): AssignmentPart => ({ id: newId(), ...rest, command: null, hook: null, cronJob: null, [column]: componentId });
