import { type Environment, numberFrom } from '@takaro/process';

export interface GatewayConfiguration {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Addresses and networks of the proxies in front: what they say of where a request comes from is believed. */
  readonly trustedProxies: readonly string[];
  /** Origins that browsers may call from; none by default. */
  readonly corsOrigins: readonly string[];
}

export const readGatewayConfiguration = (env: Environment): GatewayConfiguration => ({
  host: env['TAKARO_HOST'] ?? '127.0.0.1',
  port: numberFrom(env, 'TAKARO_PORT', { fallback: 3000, min: 0, max: 65_535 }),
  trustedProxies: listFrom(env, 'TAKARO_TRUSTED_PROXIES'),
  corsOrigins: listFrom(env, 'TAKARO_CORS_ORIGINS'),
});

const listFrom = (env: Environment, name: string): readonly string[] =>
  (env[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
