import { once } from 'node:events';
import { startServers } from './servers.ts';

// A process of its own, in a group of its own: it sees the end of the run however it ends, by Ctrl-C or by SIGKILL even, and then ends
// the servers in order and removes what they left.
const ended = once(process, 'disconnect');
await using servers = await startServers();
process.send?.({ ...servers });
await ended;
