import type { Handler } from '@takaro/bus';
import type { cleanEvents } from '@takaro/contracts/events/internal';
import { cleanNow, type RetentionParts } from '../retention.ts';

/** Kept for the answer to get to who asks. */
const SPARE_MS = 2_000;

export const handleCleanEvents =
  (parts: RetentionParts): Handler<typeof cleanEvents> =>
  (_input, { domainId, deadline }) =>
    cleanNow(parts, domainId, deadline - SPARE_MS);
