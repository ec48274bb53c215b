import { runService } from '@takaro/process';
import { startConnectorsProcess } from './service.ts';

await runService('connectors', startConnectorsProcess);
