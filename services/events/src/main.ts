import { runService } from '@takaro/process';
import { startEventsProcess } from './service.ts';

await runService('events', startEventsProcess);
