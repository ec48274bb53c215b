import { ALL_REQUESTS } from '@takaro/contracts/all';
import { COMMON_ERRORS, ERRORS, isErrorCode } from '@takaro/contracts/errors';

const HEAD = `# Errors

Written from \`packages/contracts\` by \`vitest run tests/docs -u\`; a test fails when it differs.

The REST API answers \`{"meta":{"error":{"code","message"[,"details"]}},"data":{}}\` with the status; its \`code\` is the name below. Between services
the code of the first column travels. A message that failed with one that may be tried again is, with growing delays.

| code | status | name | tried again | message | answered by |
| --- | --- | --- | --- | --- | --- |
`;

/** Every error code and the operations that list it. */
export function errorsDocument(): string {
  const rows = Object.keys(ERRORS)
    .filter(isErrorCode)
    .map((code) => {
      const { status, name, retry, message } = ERRORS[code];
      const operations = ALL_REQUESTS.filter(({ errors }) => errors.includes(code)).map(
        ({ service, operation }) => `${service}.${operation}`,
      );
      const by = Object.hasOwn(COMMON_ERRORS, code) ? 'all' : operations.join(', ') || 'gateway';
      return `| ${code} | ${status} | ${name} | ${retry ? 'yes' : 'no'} | ${message.replaceAll('|', '\\|')} | ${by} |\n`;
    });
  return HEAD + rows.join('');
}
