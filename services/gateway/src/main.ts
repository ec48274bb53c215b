import { runService } from '@takaro/process';
import { startGateway } from './service.ts';

await runService('gateway', startGateway);
