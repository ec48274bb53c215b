import { MISSED_POLICIES } from '../crons/cron-slots.ts';
import { COOLDOWN_TYPES, OVERLAP_POLICIES } from '../matching/tenant-modules.ts';

/** What of a version its system configuration depends on. */
export interface ConfigurableParts {
  readonly commands: readonly { readonly name: string }[];
  readonly hooks: readonly { readonly name: string; readonly eventType: string }[];
  readonly cronJobs: readonly { readonly name: string; readonly temporalValue: string }[];
}

type JsonSchema = Readonly<Record<string, unknown>>;

const enabled = { type: 'boolean', default: true };

const DAY_S = 86_400;
/** Seconds, 0 for none. */
const seconds = (maximum: number) => ({ type: 'number', default: 0, minimum: 0, maximum });

const command: JsonSchema = closed({
  enabled,
  delay: seconds(DAY_S),
  announceDelay: enabled,
  cooldown: seconds(7 * DAY_S),
  cost: { type: 'integer', default: 0, minimum: 0, maximum: 2_147_483_647 },
  aliases: { type: 'array', items: { type: 'string' } },
});

const hook = (eventType: string): JsonSchema => ({
  ...closed({
    enabled,
    delay: seconds(DAY_S),
    cooldown: seconds(DAY_S),
    cooldownType: { type: 'string', enum: COOLDOWN_TYPES, default: 'player' },
    ...(eventType === 'discord-message' && { discordChannelId: { type: 'string' } }),
  }),
  ...(eventType === 'discord-message' && { required: ['discordChannelId'] }),
});

/** Ours: `missed` and `overlap`, `skip` where they are left out. */
const cronJob = (temporalValue: string): JsonSchema =>
  closed({
    enabled,
    temporalValue: { type: 'string', default: temporalValue },
    missed: { type: 'string', enum: MISSED_POLICIES },
    overlap: { type: 'string', enum: OVERLAP_POLICIES },
  });

/** The JSON Schema of an installation's system configuration: one entry per component, by name, with every default. */
export function systemConfigSchema({ commands, hooks, cronJobs }: ConfigurableParts): JsonSchema {
  const sections = {
    ...section('commands', commands, () => command),
    ...section('hooks', hooks, ({ eventType }) => hook(eventType)),
    ...section('cronJobs', cronJobs, ({ temporalValue }) => cronJob(temporalValue)),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { enabled, ...sections },
    required: Object.keys(sections),
    additionalProperties: false,
  };
}

function closed(properties: Readonly<Record<string, unknown>>): JsonSchema {
  return { type: 'object', properties, additionalProperties: false, default: {} };
}

function section<Component extends { readonly name: string }>(
  key: string,
  components: readonly Component[],
  schemaOf: (component: Component) => JsonSchema,
): Record<string, JsonSchema> {
  if (components.length === 0) return {};
  const properties = Object.fromEntries(components.map((component) => [component.name, schemaOf(component)]));
  const needed = components.filter((component) => schemaOf(component)['required'] !== undefined).map(({ name }) => name);
  return { [key]: { ...closed(properties), ...(needed.length > 0 && { required: needed }) } };
}
