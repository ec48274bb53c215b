import type { HostReply, HostRequest, SandboxOperation } from './operation.ts';
import type { RunRequest, RunResult } from './run.ts';
import { openSandbox, type Sandbox, type SandboxNotice, type SandboxOptions } from './supervisor.ts';

const gameServer = { group: 'gameserver', pathParams: ['gameServerId'], queryParams: [] };

export const OPERATIONS: readonly SandboxOperation[] = [
  {
    ...gameServer,
    method: 'gameServerControllerSendMessage',
    operationId: 'GameServerController_sendMessage',
    httpMethod: 'POST',
    path: '/gameserver/:gameServerId/message',
    hasBody: true,
  },
  {
    ...gameServer,
    method: 'gameServerControllerGetOne',
    operationId: 'GameServerController_getOne',
    httpMethod: 'GET',
    path: '/gameserver/:gameServerId',
    hasBody: false,
  },
  {
    group: 'settings',
    method: 'settingsControllerGetOne',
    operationId: 'SettingsController_getOne',
    httpMethod: 'GET',
    path: '/settings/:key',
    pathParams: ['key'],
    queryParams: ['gameServerId'],
    hasBody: false,
  },
];

export interface SandboxForTests extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly notices: readonly SandboxNotice[];
  /** Calls that reached the host. */
  readonly calls: readonly HostRequest[];
  /** Runs code as the main function of a version of its own; calls are answered with 200 and what they asked. */
  run(code: string, request?: Partial<RunRequest>): Promise<RunResult>;
}

/** A sandbox with real processes and isolates. `reply` answers host calls. */
export async function openSandboxForTests(
  options: Partial<SandboxOptions> = {},
  reply: (request: HostRequest) => Promise<HostReply> = async (request) => ({ status: 200, body: { meta: {}, data: request } }),
): Promise<SandboxForTests> {
  const notices: SandboxNotice[] = [];
  const calls: HostRequest[] = [];
  const sandbox = await openSandbox({ operations: OPERATIONS, children: 1, onNotice: (notice) => notices.push(notice), ...options });
  const run = (code: string, request: Partial<RunRequest> = {}): Promise<RunResult> =>
    sandbox.run(
      {
        domainId: 'quiet-otters',
        versionKey: code,
        functionId: 'main',
        sources: [{ id: 'main', name: null, code }],
        data: { gameServerId: 'server-1' },
        ...request,
      },
      async (call) => {
        calls.push(call);
        return reply(call);
      },
    );
  return { sandbox, notices, calls, run, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}
