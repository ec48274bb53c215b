import { Type, type Static } from 'typebox';
import { event } from '../contract.ts';
import { timestamp } from '../events/game-events.ts';
import { Nullable, OneOf, Uuid } from '../shapes.ts';
import { LogLine } from './executions.ts';

/** How an execution went, as `*-executed` events tell it. */
export const ExecutedResult = Type.Object({
  success: Type.Boolean(),
  logs: Type.Array(LogLine),
  /** Why it did not succeed, where the function's own code is not the reason: a limit, a refusal, an interruption. */
  reason: Type.Optional(Type.String()),
  /** Milliseconds after which a refused trigger may succeed. */
  tryAgainIn: Type.Optional(Type.Number()),
});
export type ExecutedResult = Static<typeof ExecutedResult>;

const Named = { id: Uuid, name: Type.String() };
/** The row of the execution: one component may run several functions, each with an event of its own. Whoever writes one by hand has none. */
const execution = Type.Optional(Type.Object({ id: Uuid, functionId: Uuid }));

export const commandExecuted = event({
  name: 'command-executed',
  meta: Type.Object({
    result: ExecutedResult,
    command: Type.Object({ ...Named, arguments: Type.Record(Type.String(), Type.Unknown()) }),
    execution,
    ...timestamp,
  }),
});

export const hookExecuted = event({
  name: 'hook-executed',
  meta: Type.Object({ result: ExecutedResult, hook: Type.Object(Named), execution, ...timestamp }),
});

export const cronJobExecuted = event({
  name: 'cronjob-executed',
  meta: Type.Object({ result: ExecutedResult, cronjob: Type.Object(Named), execution, ...timestamp }),
});

/** A player typed a command without the permissions that it requires. */
export const commandExecutionDenied = event({
  name: 'command-execution-denied',
  meta: Type.Object({
    command: Type.Object({ ...Named, arguments: Type.Record(Type.String(), Type.Unknown()) }),
    missingPermissions: Type.Array(Type.String()),
    ...timestamp,
  }),
});

const NoMeta = Nullable(Type.Object(timestamp));

export const moduleCreated = event({ name: 'module-created', meta: NoMeta });
export const moduleDeleted = event({ name: 'module-deleted', meta: NoMeta });
export const moduleUpdated = event({
  name: 'module-updated',
  meta: Nullable(
    Type.Object({
      changeType: Type.Optional(OneOf(['created', 'updated', 'deleted'])),
      componentType: Type.Optional(OneOf(['command', 'hook', 'cronjob', 'permission', 'function', 'module'])),
      componentName: Type.Optional(Type.String()),
      componentId: Type.Optional(Uuid),
      previousValue: Type.Optional(Type.Unknown()),
      newValue: Type.Optional(Type.Unknown()),
      ...timestamp,
    }),
  ),
});

/** Both configurations as JSON texts, defaults filled in. */
export const moduleInstalled = event({
  name: 'module-installed',
  meta: Type.Object({ userConfig: Type.String(), systemConfig: Type.String(), ...timestamp }),
});
export const moduleUninstalled = event({ name: 'module-uninstalled', meta: NoMeta });
