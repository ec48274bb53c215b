import type { Caller } from '@takaro/bus';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';

type Teller = Pick<Caller, 'domainId' | 'claims'>;

interface Fact {
  readonly name: 'module-created' | 'module-updated' | 'module-deleted' | 'module-installed' | 'module-uninstalled';
  readonly moduleId: string;
  readonly gameServerId?: string;
  readonly at: Date;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** An event of a module that somebody's request caused. One that a function caused is one deeper than what made it run. */
export const moduleEvent = ({ domainId, claims }: Teller, { name, moduleId, gameServerId, at, meta }: Fact): EventEnvelope =>
  bareEvent({
    name,
    domainId,
    occurredAt: at.toISOString(),
    gameServerId: gameServerId ?? null,
    moduleId,
    actingUserId: claims?.kind === 'user' ? claims.subject : null,
    actingModuleId: claims?.moduleId ?? null,
    meta: { ...meta, timestamp: at.toISOString() },
    depth: claims?.depth === undefined ? 0 : claims.depth + 1,
  });

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
