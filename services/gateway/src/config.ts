import { type Environment, numberFrom } from '@takaro/process';

export interface GatewayConfiguration {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Origins that browsers may call from; none by default. */
  readonly corsOrigins: readonly string[];
}

export const readGatewayConfiguration = (env: Environment): GatewayConfiguration => ({
  host: env['TAKARO_HOST'] ?? '127.0.0.1',
  port: numberFrom(env, 'TAKARO_PORT', { fallback: 3000, min: 0, max: 65_535 }),
  corsOrigins: (env['TAKARO_CORS_ORIGINS'] ?? '').split(',').filter((origin) => origin !== ''),
});
