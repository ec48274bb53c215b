import { runService } from '@takaro/process';
import { startTenancyProcess } from './service.ts';

await runService('tenancy', startTenancyProcess);
