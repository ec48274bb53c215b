export { CONFINEMENT_LEVELS } from './confinement.ts';
export type { Confinement, ConfinementLevel, ConfinementRange } from './confinement.ts';
export type { HostReply, HostRequest, SandboxOperation } from './operation.ts';
export { DEFAULT_RUN_LIMITS } from './run.ts';
export type { FunctionSource, LogLine, OnHostCall, RunLimits, RunRequest, RunResult } from './run.ts';
export { openSandbox } from './supervisor.ts';
export type { Sandbox, SandboxNotice, SandboxOptions } from './supervisor.ts';
