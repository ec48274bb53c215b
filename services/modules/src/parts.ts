import type { TokenSigner } from '@takaro/bus';
import type { ServiceContext } from '@takaro/process';
import type { TenantDb } from '@takaro/tenant-db';
import type { ClaimedOrders } from './executions/claimed-orders.ts';
import type { Messenger } from './executions/messenger.ts';
import type { OrderSeal } from './executions/order-seal.ts';
import type { WaitingRoom } from './executions/waiting.ts';
import type { PatternMatcher } from './matching/pattern-matcher.ts';
import type { TenantModulesCache } from './matching/tenant-modules-cache.ts';
import type { Neighbours } from './neighbours.ts';

/** What handlers and reactions work with. */
export interface Parts {
  readonly context: ServiceContext;
  readonly db: TenantDb;
  /** Signs tokens of executions. */
  readonly signer: TokenSigner;
  readonly neighbours: Neighbours;
  /** What is installed, at the current revision. */
  readonly modules: TenantModulesCache;
  readonly patterns: PatternMatcher;
  readonly messenger: Messenger;
  readonly waiting: WaitingRoom;
  /** Orders of executions that are running, as far as this process handed them out. */
  readonly claimed: ClaimedOrders;
  readonly seal: OrderSeal;
}
