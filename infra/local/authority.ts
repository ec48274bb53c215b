import { isIPv6 } from 'node:net';

/** Host and port as they stand in a URL. */
export const authorityOf = (host: string, port: number): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;
