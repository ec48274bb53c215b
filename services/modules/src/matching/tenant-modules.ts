import type { MissedPolicy } from '../crons/cron-slots.ts';

/** Whether a cron job is run while its run before is under way. */
export const OVERLAP_POLICIES = ['skip', 'allow'] as const;
type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** Whom the cooldown of a hook is for. */
export const COOLDOWN_TYPES = ['player', 'server', 'global'] as const;
export type CooldownType = (typeof COOLDOWN_TYPES)[number];

/** One installed version of a module on a game server, as functions see it in `data.module` but for the version's content. */
export interface InstalledModule {
  readonly id: string;
  readonly moduleId: string;
  readonly versionId: string;
  readonly gameServerId: string;
  readonly userConfig: Readonly<Record<string, unknown>>;
  readonly systemConfig: SystemConfig;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly module: Readonly<Record<string, unknown>> & { readonly id: string; readonly enabled: boolean };
  /** Grows with every change of what the version is made of. */
  readonly versionRevision: number;
}

interface ComponentConfig {
  readonly enabled?: boolean;
  readonly aliases?: readonly string[];
  readonly cost?: number;
  readonly delay?: number;
  readonly announceDelay?: boolean;
  readonly cooldown?: number;
  readonly cooldownType?: CooldownType;
  readonly temporalValue?: string;
  readonly missed?: MissedPolicy;
  readonly overlap?: OverlapPolicy;
}

export interface SystemConfig {
  readonly enabled?: boolean;
  readonly commands?: Readonly<Record<string, ComponentConfig>>;
  readonly hooks?: Readonly<Record<string, ComponentConfig>>;
  readonly cronJobs?: Readonly<Record<string, ComponentConfig>>;
}

/** A function of a component, in the order in which they run. */
export interface Assigned {
  readonly assignmentId: string;
  readonly functionId: string;
}

interface Component {
  readonly id: string;
  readonly name: string;
  readonly installation: InstalledModule;
  /** Whether the module, its installation and the component itself are enabled. */
  readonly enabled: boolean;
  readonly assignments: readonly Assigned[];
}

/** When something is run after it was triggered, and again. */
interface Timing {
  readonly delayMs: number;
  /** 0 for none. */
  readonly cooldownMs: number;
}

export interface InstalledHook extends Component, Timing {
  readonly kind: 'hook';
  readonly cooldownType: CooldownType;
  readonly eventType: string;
  readonly searchString: string | null;
  readonly regex: string | null;
}

export interface CommandArgument {
  readonly name: string;
  readonly type: string;
  readonly defaultValue: string | null;
}

export interface InstalledCommand extends Component, Timing {
  readonly kind: 'command';
  /** Whether the player is told of the delay. */
  readonly announceDelay: boolean;
  /** The trigger and its aliases, in lower case. */
  readonly words: readonly string[];
  readonly requiredPermissions: readonly string[];
  /** By position. */
  readonly arguments: readonly CommandArgument[];
  readonly cost: number;
}

export interface InstalledCronJob extends Component {
  readonly kind: 'cronjob';
  readonly temporalValue: string;
  readonly missed: MissedPolicy;
  readonly overlap: OverlapPolicy;
}

export type InstalledComponent = InstalledHook | InstalledCommand | InstalledCronJob;

/** What is installed in a domain at one revision. A module that is not enabled matches nothing: what it has is only found by its id. */
export interface TenantModules {
  readonly revision: string;
  readonly installations: ReadonlyMap<string, InstalledModule>;
  /** Those of a game server for one type of event; of all game servers where the event has none. */
  hooksFor(gameServerId: string | null, eventType: string): readonly InstalledHook[];
  /** Those on a game server that a word runs, also where the configuration of the installation disables them. */
  commandsFor(gameServerId: string, word: string): readonly InstalledCommand[];
  /** What commands on a game server are called by, in lower case. */
  wordsOn(gameServerId: string): readonly string[];
  component(installationId: string, componentId: string): InstalledComponent | undefined;
}

const componentKey = (installationId: string, componentId: string): string => `${installationId} ${componentId}`;

export function tenantModules(
  revision: string,
  installations: readonly InstalledModule[],
  components: readonly InstalledComponent[],
): TenantModules {
  const byKey = new Map(components.map((component) => [componentKey(component.installation.id, component.id), component]));
  const matchable = components.filter(({ installation }) => installation.module.enabled);
  const hooks = matchable.filter((component) => component.kind === 'hook');
  const commands = matchable.filter((component) => component.kind === 'command');
  const hooksByType = Map.groupBy(hooks, ({ eventType }) => eventType);
  const commandsByServer = Map.groupBy(commands, ({ installation }) => installation.gameServerId);
  return {
    revision,
    installations: new Map(installations.map((installation) => [installation.id, installation])),
    hooksFor: (gameServerId, eventType) =>
      (hooksByType.get(eventType) ?? []).filter(({ installation }) => gameServerId === null || installation.gameServerId === gameServerId),
    commandsFor: (gameServerId, word) =>
      (commandsByServer.get(gameServerId) ?? []).filter(({ words }) => words.includes(word.toLowerCase())),
    wordsOn: (gameServerId) => (commandsByServer.get(gameServerId) ?? []).filter(({ enabled }) => enabled).flatMap(({ words }) => words),
    component: (installationId, componentId) => byKey.get(componentKey(installationId, componentId)),
  };
}
