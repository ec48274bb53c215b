import type { ModuleVersionOutput } from '@takaro/contracts/modules/shapes';

/** `data.module.version` of functions: commands without code and arguments, the rest as the API shows it. */
export const versionForFunctions = ({ commands, ...version }: ModuleVersionOutput): Record<string, unknown> => ({
  ...version,
  commands: commands.map(({ function: _code, arguments: _arguments, ...command }) => command),
});
