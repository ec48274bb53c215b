import type { Caller } from '@takaro/bus';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import { depthOf } from './executions/orders.ts';

/** In whose name something is told: of who asked for it, or of the event that it follows from. */
export type Teller = Pick<Caller, 'domainId' | 'claims'> | Pick<EventEnvelope, 'domainId' | 'actingUserId' | 'actingModuleId' | 'depth'>;

interface Fact {
  readonly name: 'module-created' | 'module-updated' | 'module-deleted' | 'module-installed' | 'module-uninstalled';
  readonly moduleId: string;
  readonly gameServerId?: string;
  readonly at: Date;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** An event of a module that somebody's request caused, or another event. */
export const moduleEvent = (teller: Teller, { name, moduleId, gameServerId, at, meta }: Fact): EventEnvelope =>
  bareEvent({
    name,
    domainId: teller.domainId,
    occurredAt: at.toISOString(),
    gameServerId: gameServerId ?? null,
    moduleId,
    meta: { ...meta, timestamp: at.toISOString() },
    ...causeOf(teller),
  });

/** One that a function caused is one deeper than what made that run; what follows from an event is as deep: no function lies between. */
function causeOf(teller: Teller): Pick<EventEnvelope, 'actingUserId' | 'actingModuleId' | 'depth'> {
  if (!('claims' in teller)) return { actingUserId: teller.actingUserId, actingModuleId: teller.actingModuleId, depth: teller.depth };
  const { claims } = teller;
  return {
    actingUserId: claims?.kind === 'user' ? claims.subject : null,
    actingModuleId: claims?.moduleId ?? null,
    depth: depthOf(claims),
  };
}

/** What became of a part of a module. */
export interface ModuleChange {
  readonly changeType: 'created' | 'updated' | 'deleted';
  readonly componentType: 'command' | 'hook' | 'cronjob' | 'function' | 'module';
  readonly componentName?: string | undefined;
  readonly componentId: string;
}

interface Part {
  readonly id: string;
  readonly name: string | null;
}

/** `changed('created', 'hook')(hook)`. A function may have no name. */
export const changed =
  (changeType: ModuleChange['changeType'], componentType: ModuleChange['componentType']) =>
  ({ id, name }: Part): ModuleChange => ({
    changeType,
    componentType,
    ...(name !== null && { componentName: name }),
    componentId: id,
  });

export const moduleUpdatedEvent = (teller: Teller, moduleId: string, change: ModuleChange, at: Date): EventEnvelope =>
  moduleEvent(teller, { name: 'module-updated', moduleId, at, meta: { ...change } });
