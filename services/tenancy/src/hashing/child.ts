import { hash } from '@node-rs/argon2';
import type { HashDone, HashOrder } from './messages.ts';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

process.on('message', ({ id, password, salt }: HashOrder) => {
  hash(password, { ...COST, salt: Buffer.from(salt, 'base64') }).then(
    (made) => process.send?.({ id, hash: made } satisfies HashDone),
    () => process.send?.({ id, hash: null } satisfies HashDone),
  );
});
// Its service is gone, however that ended.
process.once('disconnect', () => process.exit());
