import { ServiceError } from '@takaro/contracts/errors';
import type { VersionInput } from '@takaro/contracts/modules/modules';
import { valid } from 'semver';
import { compileConfigSchema, parseConfig, validConfig } from './config-validation.ts';
import { type ConfigurableParts, systemConfigSchema } from './system-config.ts';

export const NO_HELP_TEXT = 'No help text available';

/** What a version holds that nobody said otherwise about. */
export const versionDefaults = {
  description: 'No description',
  configSchema: JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {},
    required: [],
    additionalProperties: false,
  }),
  uiSchema: '{}',
};

/** Whether a version can bear it beside `latest`. What semver would trim is no tag. */
export const isTag = (tag: string): boolean => valid(tag) !== null && !/\s/.test(tag);

/** @throws ServiceError CONFIG_SCHEMA_INVALID, CONFIG_INVALID */
export function checkVersionInput(input: Omit<VersionInput, 'permissions'>, parts: ConfigurableParts): void {
  const { configSchema, uiSchema, defaultSystemConfig } = input;
  if (configSchema !== undefined) compileConfigSchema(configSchema);
  if (uiSchema !== undefined) checkJson(uiSchema);
  if (defaultSystemConfig !== undefined) validConfig(JSON.stringify(systemConfigSchema(parts)), parseConfig(defaultSystemConfig));
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ServiceError('CONFIG_SCHEMA_INVALID', { cause: error });
  }
}
