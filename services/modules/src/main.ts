import { runService } from '@takaro/process';
import { startModulesProcess } from './service.ts';

await runService('modules', startModulesProcess);
