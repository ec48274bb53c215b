import { createSigner, readPrivateKeys, type TokenSigner } from '@takaro/bus';
import type { TokenKind } from '@takaro/contracts/contract';
import { type Environment, fileFrom } from '@takaro/process';

export interface TenancyConfiguration {
  readonly userSigner: TokenSigner;
  readonly adminSigner: TokenSigner;
  readonly adminSecret: string;
}

/** @throws Error that names the variable at fault */
export function readTenancyConfiguration(env: Environment): TenancyConfiguration {
  const keys = readPrivateKeys(fileFrom(env, 'TAKARO_SIGNING_KEYS'));
  const signerOf = (kind: TokenKind): TokenSigner => {
    const key = keys.find((one) => one.kind === kind && one.issuer === 'tenancy');
    if (!key) throw new Error(`TAKARO_SIGNING_KEYS holds no key of kind ${kind} for tenancy`);
    return createSigner(key);
  };
  const adminSecret = fileFrom(env, 'TAKARO_ADMIN_SECRET_FILE').trim();
  if (adminSecret.length < 8) throw new Error('TAKARO_ADMIN_SECRET_FILE holds less than 8 characters');
  return { userSigner: signerOf('user'), adminSigner: signerOf('admin'), adminSecret };
}
