import { createRingSigner, type TokenSigner } from '@takaro/bus';
import { type Environment, fileFrom, signingKeysFrom } from '@takaro/process';

export interface TenancyConfiguration {
  readonly userSigner: TokenSigner;
  readonly adminSigner: TokenSigner;
  readonly adminSecret: string;
}

/** @throws Error that names the variable at fault */
export async function readTenancyConfiguration(env: Environment): Promise<TenancyConfiguration> {
  const keys = signingKeysFrom(env);
  const adminSecret = fileFrom(env, 'TAKARO_ADMIN_SECRET_FILE').trim();
  if (adminSecret.length < 8) throw new Error('TAKARO_ADMIN_SECRET_FILE holds less than 8 characters');
  return {
    userSigner: await createRingSigner(keys, { issuer: 'tenancy', kind: 'user' }),
    adminSigner: await createRingSigner(keys, { issuer: 'tenancy', kind: 'admin' }),
    adminSecret,
  };
}
