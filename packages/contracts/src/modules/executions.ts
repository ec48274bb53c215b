import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { PlayerOnGameServerSnapshot, PlayerSnapshot } from '../players/shapes.ts';
import { DomainId, Instant, Nullable, OneOf, Strict, Uuid } from '../shapes.ts';

export const TRIGGERS = ['command', 'hook', 'cronjob'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * What the work queue EXECUTIONS carries: one trigger with the ordered functions that it runs, one after the other in one slot.
 * Ids and the snapshot of who was behind it; the configuration and the code are those at claim.
 */
export const ExecutionOrder = Type.Object({
  domainId: DomainId,
  trigger: OneOf(TRIGGERS),
  /** The event's id, or of the cron's slot, or a fresh one for a manual trigger: executions' ids derive from it. */
  causeId: Uuid,
  installationId: Uuid,
  gameServerId: Uuid,
  moduleId: Uuid,
  versionId: Uuid,
  /** The command, hook or cron job. */
  componentId: Uuid,
  /** In the order in which they run. */
  assignments: Type.Array(Strict({ executionId: Uuid, assignmentId: Uuid, functionId: Uuid }), { minItems: 1 }),
  depth: Type.Integer({ minimum: 0 }),
  /** The component's name when it was matched. */
  componentName: Type.String(),
  /** Refused where another run of the component is under way in its installation. */
  alone: Type.Optional(Type.Boolean()),
  /** The cooldown that was taken for its first function; that of a command is opened again when it is refused. */
  cooldownKey: Type.Optional(Type.String()),
  /** What is held of the player's currency until the first function ended; absent for nothing. */
  cost: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The trigger-specific part of `data`: chatMessage, arguments, trigger, eventData, timestamp, triggerId … */
  data: Type.Record(Type.String(), Type.Unknown()),
  player: Type.Optional(PlayerSnapshot),
  pog: Type.Optional(PlayerOnGameServerSnapshot),
  /** By which modules knows its own orders when their runs are claimed. It covers all the rest, as it is written. */
  seal: Type.Optional(Type.String()),
});
export type ExecutionOrder = Static<typeof ExecutionOrder>;

/** A run may begin: `data` is complete but for `module.version`, `url`, `token` and `pm`, which the runner adds. */
const Claimed = Strict({
  outcome: Type.Literal('claimed'),
  /** The fencing number: modules refuses what an earlier attempt says. */
  attempt: Type.Integer({ minimum: 1 }),
  /** Until when the lease holds without a heartbeat. */
  leaseUntil: Instant,
  /**
   * A bus token of kind execution. It never leaves the runner's supervisor, and is over when the lease is: who was overtaken has no
   * token that anybody takes.
   */
  token: Type.String(),
  /** Which content `data.module.version` and the function's sources come from; asked for by `get-version-content`. */
  versionId: Uuid,
  versionRevision: Type.Integer(),
  data: Type.Record(Type.String(), Type.Unknown()),
});

/** A run must not begin: somebody has it, it is over, or it was refused (disabled, uninstalled, rate limited). */
const NotClaimed = Strict({ outcome: OneOf(['taken', 'finished', 'refused']) });

const ClaimAnswer = Type.Union([Claimed, NotClaimed]);
export type ClaimAnswer = Static<typeof ClaimAnswer>;

/** One INSERT … ON CONFLICT DO NOTHING: of all who ask for an execution, one gets it. */
export const claimExecution = request({
  service: 'modules',
  operation: 'claim-execution',
  access: 'internal',
  callers: ['runner'],
  input: Strict({ order: ExecutionOrder, executionId: Uuid }),
  output: ClaimAnswer,
  errors: [],
  timeoutMs: 5_000,
  idempotent: false,
});
const VersionContent = Type.Object({
  revision: Type.Integer(),
  /** `data.module.version` as functions see it. */
  version: Type.Record(Type.String(), Type.Unknown()),
  /** Every function of the version by id: those of components and those that others import by `./<name>.js`. */
  functions: Type.Array(Type.Object({ id: Uuid, name: Nullable(Type.String()), code: Type.String() })),
});
export type VersionContent = Static<typeof VersionContent>;

/** Sources and content of a version at one revision. */
export const getVersionContent = request({
  service: 'modules',
  operation: 'get-version-content',
  access: 'internal',
  callers: ['runner'],
  input: Strict({ versionId: Uuid, revision: Type.Integer() }),
  output: VersionContent,
  errors: ['VERSION_NOT_FOUND'],
  idempotent: true,
  timeoutMs: 5_000,
});

/** Renews the lease of what is running, with a token for as long. Answers which of them are lost: their runs must be ended. */
export const heartbeatExecutions = request({
  service: 'modules',
  operation: 'heartbeat-executions',
  access: 'internal',
  callers: ['runner'],
  input: Strict({
    running: Type.Array(
      Strict({
        executionId: Uuid,
        attempt: Type.Integer({ minimum: 1 }),
        /** Whether it made a call with an effect. */ effects: Type.Boolean(),
      }),
      { maxItems: 1_000 },
    ),
  }),
  output: Strict({ lost: Type.Array(Uuid), renewed: Type.Array(Strict({ executionId: Uuid, token: Type.String() })) }),
  errors: [],
  idempotent: true,
});

/** Written before the first call with an effect leaves: from then on a lost run is `interrupted` and not put back. */
export const markEffect = request({
  service: 'modules',
  operation: 'mark-effect',
  access: 'internal',
  callers: ['runner'],
  input: Strict({ executionId: Uuid, attempt: Type.Integer({ minimum: 1 }) }),
  output: Strict({ current: Type.Boolean() }),
  errors: [],
  idempotent: true,
});

export const LogLine = Strict({ msg: Type.String(), details: Type.Unknown() });

/** How a run ended: its lines, and the reason where it did not succeed. */
export const RunResult = Strict({
  success: Type.Boolean(),
  /** Why it failed before or outside of the function's own code: a limit, a syntax error, a lost child. */
  reason: Type.Optional(Type.String({ maxLength: 2_000 })),
  /** It was cut off by no fault of its own after it had an effect: the execution ends as `interrupted`, for a person to look at. */
  interrupted: Type.Optional(Type.Boolean()),
  /** It failed before its evaluation began, as with a syntax error or an import that leads nowhere: no line of it ran. */
  neverBegan: Type.Optional(Type.Boolean()),
  logs: Type.Array(LogLine),
  /** Lines were left out because the output was over its limit. */
  truncated: Type.Boolean(),
  /** What the player is told: the text of a TakaroUserError. */
  userMessage: Type.Optional(Type.String({ maxLength: 2_000 })),
  calls: Type.Integer({ minimum: 0 }),
  durationMs: Type.Number({ minimum: 0 }),
  cpuMs: Type.Number({ minimum: 0 }),
});
export type RunResult = Static<typeof RunResult>;

/** Writes the end of a run, its `*-executed` event and what follows from it. Once: a later finish answers `current: false`. */
export const finishExecution = request({
  service: 'modules',
  operation: 'finish-execution',
  access: 'internal',
  callers: ['runner'],
  input: Strict({ executionId: Uuid, attempt: Type.Integer({ minimum: 1 }), result: RunResult }),
  output: Strict({ current: Type.Boolean() }),
  errors: ['EXECUTION_NOT_FOUND'],
  timeoutMs: 5_000,
  idempotent: true,
});
