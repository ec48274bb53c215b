import { deriveId } from './ids.ts';

/** One setting of a domain. Values are strings everywhere; flags are `"true"` and `"false"`. */
interface SettingSpec {
  readonly defaultValue: string;
  /** Whether a game server may have a value of its own. Informative: writing one is not refused. */
  readonly perGameServer: boolean;
  readonly description: string;
}

/** Every setting, in the order in which `GET /settings` lists them. */
export const SETTINGS = {
  commandPrefix: { defaultValue: '/', perGameServer: true, description: 'What a chat message starts with to be a command' },
  serverChatName: { defaultValue: 'Takaro', perGameServer: true, description: 'The name under which messages are sent to the game' },
  economyEnabled: { defaultValue: 'false', perGameServer: true, description: 'Whether players have and spend currency' },
  currencyName: { defaultValue: 'Takaro coins', perGameServer: true, description: 'What the currency is called' },
  developerMode: { defaultValue: 'false', perGameServer: false, description: 'Shows tools that help authors of modules' },
  messagePrefix: { defaultValue: '', perGameServer: true, description: 'Put in front of every message that is sent to the game' },
  domainName: { defaultValue: '', perGameServer: false, description: 'The name of the community as people see it' },
  discordRoleSyncEnabled: { defaultValue: 'false', perGameServer: false, description: 'Whether roles follow those on Discord' },
  discordRoleSyncPreferDiscord: { defaultValue: 'false', perGameServer: false, description: 'Whether Discord wins where roles differ' },
  unknownCommandFeedbackEnabled: {
    defaultValue: 'false',
    perGameServer: true,
    description: 'Whether a player is told that a command does not exist',
  },
  unknownCommandFeedbackMessage: {
    defaultValue: 'There is no such command. Try /help for a list.',
    perGameServer: true,
    description: 'What a player is told when a command does not exist',
  },
  timezone: { defaultValue: 'UTC', perGameServer: false, description: 'The IANA time zone in which cron jobs are read' },
} as const satisfies Record<string, SettingSpec>;

export type SettingKey = keyof typeof SETTINGS;
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly string[] as readonly SettingKey[];

/** The id of a domain's one row of settings: tenancy makes the row, and those of game servers refer to it. */
export const settingsIdOf = (domainId: string): string => deriveId('settings', domainId);
