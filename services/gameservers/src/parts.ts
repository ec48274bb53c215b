import type { ServiceContext } from '@takaro/process';
import type { TenantDb } from '@takaro/tenant-db';
import type { AskGame } from './ask-game.ts';
import type { Directory } from './directory.ts';
import type { Recipients } from './recipients.ts';
import type { Settings } from './settings.ts';
import type { Vault } from './vault.ts';

/** What the handlers work with. */
export interface Parts {
  readonly context: ServiceContext;
  readonly db: TenantDb;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly settings: Settings;
  readonly recipients: Recipients;
  readonly askGame: AskGame;
}
