import { runService } from '@takaro/process';
import { startPlayersProcess } from './service.ts';

await runService('players', startPlayersProcess);
