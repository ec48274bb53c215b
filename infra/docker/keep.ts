// The container that looks after the streams while services run; it alone has the credentials for that.
import { once } from 'node:events';
import { keepStreams } from '../nats/keeper.ts';
import { INSIDE } from './deploy-folders.ts';

await using _ = await keepStreams({
  url: process.env['TAKARO_NATS_URL'] ?? 'nats://nats:4222',
  setupCredentials: `${INSIDE}/nats.creds`,
  log: (line) => void process.stdout.write(`${line}\n`),
});
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
