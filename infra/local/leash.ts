import { flushCompileCache } from 'node:module';

// Preloaded into every process that the supervisor starts: when the supervisor is gone, killed even, they end in order too.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

/** By then most of what it ever does was done once, and so compiled. */
const WARM_MS = 15_000;
// What is compiled is kept for the next start by now, and not only when it ends: it may be killed.
setTimeout(flushCompileCache, WARM_MS).unref();
