import { setImmediate } from 'node:timers/promises';
import { ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import type { TransferVersion } from '@takaro/contracts/modules/transfer';
import { checkCronPattern } from '../crons/cron-slots.ts';
import { checkPattern } from '../matching/pattern-syntax.ts';
import { LATEST } from '../versions/read-modules.ts';
import type { VersionContent } from '../versions/version-content.ts';
import { checkVersionInput, isTag } from '../versions/version-input.ts';
import { contentOf } from './from-transfer.ts';

export interface CheckedVersion {
  readonly source: TransferVersion;
  readonly content: VersionContent;
}

/**
 * All that can be wrong with a file is found before anything is written. How many components a version may have is not asked of files, as
 * in the published API; LIMITS bound them. @throws ServiceError IMPORT_INVALID, CONFIG_SCHEMA_INVALID, CONFIG_INVALID, PATTERN_INVALID,
 * CRON_INVALID
 */
export async function checkTransfer(versions: readonly TransferVersion[], cronIntervalMs: number): Promise<readonly CheckedVersion[]> {
  if (versions.length === 0) throw invalid('it has no version');
  const parts = versions.reduce((sum, version) => sum + countParts(version), 0);
  if (parts > LIMITS.importParts) throw invalid(`it has ${parts} parts, ${LIMITS.importParts} are the most`);
  refuseTwice(
    'tag',
    versions.map(({ tag }) => tag),
  );
  const checked: CheckedVersion[] = [];
  for (const source of versions) {
    checked.push({ source, content: checkVersion(source, cronIntervalMs) });
    // A large file does not keep others waiting.
    await setImmediate();
  }
  return checked;
}

/** With arguments and what is assigned, since each becomes a row. */
function countParts({ commands = [], hooks = [], cronJobs = [], functions = [], permissions = [] }: TransferVersion): number {
  const lists: readonly (readonly unknown[])[] = [
    commands,
    hooks,
    cronJobs,
    functions,
    permissions,
    ...commands.map((command) => command.arguments ?? []),
    ...[...commands, ...hooks, ...cronJobs].map(({ assignedFunctions = [] }) => assignedFunctions),
  ];
  return lists.reduce((sum, list) => sum + list.length, 0);
}

function checkVersion(version: TransferVersion, cronIntervalMs: number): VersionContent {
  const { tag, configSchema, uiSchema, defaultSystemConfig, hooks = [], cronJobs = [], permissions = [] } = version;
  if (tag !== LATEST && !isTag(tag)) throw invalid(`the tag ${tag} is neither ${LATEST} nor a semantic version`);
  const content = contentIn(version);
  refuseTwice('command', namesIn(content.commands));
  refuseTwice('hook', namesIn(content.hooks));
  refuseTwice('cron job', namesIn(content.crons));
  refuseTwice('function', namesIn(content.functions));
  refuseTwice(
    'permission',
    permissions.map(({ permission }) => permission),
  );
  refuseCrowdedPlaces(content);
  for (const { regex } of hooks) checkPattern(regex ?? undefined);
  for (const { temporalValue } of cronJobs) checkCronPattern(temporalValue, cronIntervalMs);
  const configurable = { commands: content.commands, hooks: content.hooks, cronJobs: content.crons };
  checkVersionInput(
    { configSchema, ...(uiSchema && { uiSchema }), ...(defaultSystemConfig && { defaultSystemConfig }) },
    { ...configurable },
  );
  return content;
}

function contentIn(version: TransferVersion): VersionContent {
  try {
    return contentOf(version);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error), error);
  }
}

function refuseCrowdedPlaces({ commands, arguments: list, assignments }: VersionContent): void {
  for (const { id, name } of commands) {
    const own = list.filter(({ commandId }) => commandId === id);
    refuseTwice(`argument of ${name}`, namesIn(own));
    refuseTwice(
      `position of an argument of ${name}`,
      own.map(({ position }) => String(position)),
    );
  }
  refuseTwice(
    'position in assignedFunctions',
    assignments.map(({ command, hook, cronJob, position }) => `${command ?? hook ?? cronJob} ${position}`),
  );
}

const namesIn = (parts: readonly { readonly name: string | null }[]): string[] => parts.flatMap(({ name }) => name ?? []);

function refuseTwice(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw invalid(`the ${what} ${name} is there twice`);
    seen.add(name);
  }
}

const invalid = (reason: string, cause?: unknown): ServiceError =>
  new ServiceError('IMPORT_INVALID', { params: { reason: reason.slice(0, 1_000) }, cause });
