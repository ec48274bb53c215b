/** The one entry of a domain in the index of what is due that looks after the leases of its executions. */
export const SWEEP_KIND = 'sweep';
export const SWEEP_KEY = 'executions';
