import type { HostReply, HostRequest, SandboxOperation } from '../operation.ts';
import { AxiosError, RequiredError, statusTextOf, type RequestConfig, type Response } from './errors.ts';
import type { Log } from './log.ts';

export type Method = (...args: unknown[]) => Promise<Response>;
export type Client = Record<string, Record<string, Method>>;

type CallHost = (request: HostRequest) => Promise<HostReply>;

/** `takaro`: a group of methods for each group of operations. What does not exist is undefined. */
export function createClient(operations: readonly SandboxOperation[], callHost: CallHost, log: Log): Client {
  const client: Client = {};
  for (const operation of operations) {
    const group = (client[operation.group] ??= {});
    group[operation.method] = methodOf(operation, callHost, log);
  }
  return client;
}

function methodOf(operation: SandboxOperation, callHost: CallHost, log: Log): Method {
  return async (...args) => {
    const request = requestOf(operation, args);
    const url = urlOf(operation, request);
    const verb = operation.httpMethod.toUpperCase();
    const config: RequestConfig = {
      method: operation.httpMethod.toLowerCase(),
      url,
      headers: {},
      ...(operation.hasBody && { data: JSON.stringify(request.body) }),
    };
    log.write(`➡️ ${verb} ${url}`, [{ method: config.method, url, body: request.body }]);
    const reply = await callHost(request);
    const statusText = statusTextOf(reply.status);
    const response: Response = { data: reply.body, status: reply.status, statusText, headers: {}, config, request: { path: url } };
    if (reply.status >= 200 && reply.status < 300) {
      log.write(`⬅️ ${verb} ${url} ${reply.status} ${statusText}`, [{ status: reply.status, statusText, method: config.method, url }]);
      return response;
    }
    const details = Object(reply.body).meta;
    log.write('☠️ Request errored', [{ traceId: null, details, status: reply.status, statusText, method: config.method, url }]);
    const code = reply.status < 500 ? 'ERR_BAD_REQUEST' : 'ERR_BAD_RESPONSE';
    throw new AxiosError(`Request failed with status code ${reply.status}`, code, response);
  };
}

function requestOf(operation: SandboxOperation, args: readonly unknown[]): HostRequest {
  const params: Record<string, unknown> = {};
  const query: Record<string, unknown> = {};
  let next = 0;
  for (const name of operation.pathParams) {
    const value = args[next++];
    if (value === undefined || value === null) throw new RequiredError(name, operation.method);
    params[name] = value;
  }
  for (const name of operation.queryParams) {
    const value = args[next++];
    if (value !== undefined && value !== null) query[name] = value;
  }
  const { operationId } = operation;
  return operation.hasBody ? { operationId, params, query, body: args[next] ?? {} } : { operationId, params, query };
}

function urlOf(operation: SandboxOperation, request: HostRequest): string {
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(request.params[name])));
  const pairs = Object.entries(request.query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  );
  return pairs.length > 0 ? `${path}?${pairs.join('&')}` : path;
}
