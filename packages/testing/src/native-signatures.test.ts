import nacl from 'tweetnacl';
import { expect, test } from 'vitest';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** RFC 8032, section 7.1, test 2. */
const RFC = {
  seed: bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
  publicKey: bytes('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
  message: bytes('72'),
  signature: bytes(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ),
};

test('keys and signatures are those of Ed25519, and tweetnacl takes them', () => {
  const { publicKey, secretKey } = nacl.sign.keyPair.fromSeed(RFC.seed);
  const signature = nacl.sign.detached(RFC.message, secretKey);

  expect(publicKey).toEqual(RFC.publicKey);
  expect(signature).toEqual(RFC.signature);
  expect(nacl.sign.detached.verify(RFC.message, signature, publicKey)).toBe(true);
});
