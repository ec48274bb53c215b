import { expect } from 'vitest';
import type { Ask } from './rest-client.ts';

/** The columns that every row ends with. */
export const row = { id: expect.any(String), createdAt: expect.any(String), updatedAt: expect.any(String) };

export const functionOf = (versionId: unknown, code: unknown, rest: object = {}) => ({
  name: null,
  code,
  description: null,
  versionId,
  ...row,
  ...rest,
});

export const versionOf = (moduleId: unknown, rest: object = {}) => ({
  tag: 'latest',
  description: 'No description',
  configSchema: expect.any(String),
  uiSchema: '{}',
  systemConfigSchema: expect.any(String),
  defaultSystemConfig: null,
  moduleId,
  cronJobs: [],
  hooks: [],
  commands: [],
  functions: [],
  permissions: [],
  ...row,
  ...rest,
});

export const moduleOf = (rest: { readonly name: unknown; readonly latestVersion?: object; readonly [column: string]: unknown }) => ({
  enabled: true,
  builtin: null,
  author: 'Unknown',
  supportedGames: ['all'],
  latestVersion: versionOf(expect.any(String)),
  versions: [{ tag: 'latest', ...row }],
  ...row,
  ...rest,
});

type Request = readonly [method: Parameters<Ask>[0], path: string, body?: unknown];

/** Each is refused with this status and code, and answers nothing else. */
export async function expectRefused(ask: Ask, status: number, code: string, requests: readonly Request[]): Promise<void> {
  for (const [method, path, body] of requests) {
    const answer = await ask(method, path, { body });
    expect(answer, `${method} ${path}`).toMatchObject({ status, body: { meta: { error: { code } }, data: {} } });
  }
}

/** The `data` of an answer that must be good. */
export async function dataOf(ask: Ask, ...[method, path, body]: Request): Promise<Awaited<ReturnType<Ask>>['body']['data']> {
  const { status, body: answer } = await ask(method, path, { body });
  expect(status, `${method} ${path}: ${JSON.stringify(answer)}`).toBe(200);
  return answer.data;
}
