/** Ways to write an address that lead to this machine: a server here hears of each. */
export const HERE = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.0x0.0x0.0x1',
  '0177.0.0.1',
  '017700000001',
  '0177.0x0.0.1',
  '0',
  '0.0.0.0',
  '0x0',
  'localhost',
  'LOCALHOST',
  '%6c%6f%63%61%6c%68%6f%73%74',
  '%31%32%37.0.0.1',
  '127。0。0。1',
  '１２７.0.0.1',
  '①②⑦.⓪.⓪.①',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  'user:password@127.0.0.1',
  'takaro.example@127.0.0.1',
  '127.0.0.1.',
] as const;

/** Addresses of neighbours, and of what a cloud tells about a machine: nothing of a test need answer there, so that they have no control. */
export const ELSEWHERE = [
  // This machine, where the one who is asked for names knows it.
  'localhost.',
  '169.254.169.254',
  '[fd00:ec2::254]',
  'metadata.google.internal',
  '10.0.0.1',
  '172.17.0.1',
  '192.168.0.1',
  '100.64.0.1',
] as const;

/** By fetch Node itself refuses addresses with a name and a password. */
export const isAskable = (scheme: string, host: string): boolean => !(scheme === 'http' && host.includes('@'));
