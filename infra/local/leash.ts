import { flushCompileCache } from 'node:module';

// Preloaded into every process that the supervisor starts: when the supervisor is gone, killed even, they end in order too.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

/** By then what it consists of is loaded. */
const LOADED_MS = 3_000;
// How that was compiled is kept for the next start by now, and not only when it ends: it may be killed.
setTimeout(flushCompileCache, LOADED_MS).unref();
