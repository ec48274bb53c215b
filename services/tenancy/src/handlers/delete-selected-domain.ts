import type { Handler } from '@takaro/bus';
import type { deleteSelectedDomain } from '@takaro/contracts/tenancy/selected-domain';

/** Nothing is stored of the choice: the gateway clears the cookie. */
export const handleDeleteSelectedDomain = (): Handler<typeof deleteSelectedDomain> => async () => ({});
