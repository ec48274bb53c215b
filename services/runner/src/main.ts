import { runService } from '@takaro/process';
import { startRunnerProcess } from './service.ts';

await runService('runner', startRunnerProcess);
