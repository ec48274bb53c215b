// Preloaded into every process that the supervisor starts: when the supervisor is gone, killed even, they end in order too.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
