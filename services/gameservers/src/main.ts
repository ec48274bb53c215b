import { runService } from '@takaro/process';
import { startGameServersProcess } from './service.ts';

await runService('gameservers', startGameServersProcess);
