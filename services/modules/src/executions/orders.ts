import { deriveId } from '@takaro/contracts/ids';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { TokenClaims } from '@takaro/contracts/token';
import type { InstalledComponent } from '../matching/tenant-modules.ts';

export interface Cause {
  readonly domainId: string;
  /** Of the event, of the slot of a cron job, or fresh for a manual trigger. */
  readonly causeId: string;
  readonly depth: number;
  readonly data: ExecutionOrder['data'];
  readonly player?: ExecutionOrder['player'];
  readonly pog?: ExecutionOrder['pog'];
}

/** The same for the same cause, however often it is matched. */
export const executionIdOf = (causeId: string, installationId: string, assignmentId: string): string =>
  deriveId('execution', causeId, installationId, assignmentId);

/** What one trigger runs: the functions of a component, in their order. */
export const orderOf = (component: InstalledComponent, { domainId, causeId, depth, data, player, pog }: Cause): ExecutionOrder => ({
  domainId,
  trigger: component.kind,
  causeId,
  installationId: component.installation.id,
  gameServerId: component.installation.gameServerId,
  moduleId: component.installation.moduleId,
  versionId: component.installation.versionId,
  componentId: component.id,
  componentName: component.name,
  assignments: component.assignments.map(({ assignmentId, functionId }) => ({
    executionId: executionIdOf(causeId, component.installation.id, assignmentId),
    assignmentId,
    functionId,
  })),
  depth,
  data,
  ...(player && { player }),
  ...(pog && { pog }),
});

/** The stream stores an order once within its window; beyond that the claim makes it one. */
export const messageIdOf = ({ causeId, installationId, componentId }: ExecutionOrder): string =>
  deriveId('order', causeId, installationId, componentId);

/** How deep what somebody triggers stands: what a function triggers is one deeper than the function. */
export const depthOf = (claims: TokenClaims | null): number => (claims?.depth === undefined ? 0 : claims.depth + 1);
