import type { HostReply, HostRequest } from '../operation.ts';
import type { RunLimits } from '../run.ts';

/**
 * The one way out of the isolate. It tells and does not wait; it is held in closures only, so that function code, which may
 * change every prototype, never gets hold of it.
 */
export type Post = (kind: 'call' | 'logs' | 'settled' | 'quota', id: number, json: string) => void;

export interface HostCalls {
  call(request: HostRequest): Promise<HostReply>;
  answer(id: number, json: string): void;
  /** Under way or waiting for their turn. */
  active(): number;
  started(): number;
}

const { parse, stringify } = JSON;

/** Calls of the host: counted, some at once, the others wait for their turn. */
export function createHostCalls(post: Post, limits: RunLimits): HostCalls {
  const answers = new Map<number, (json: string) => void>();
  const waiting: (() => void)[] = [];
  let started = 0;
  let underWay = 0;

  const send = (id: number, json: string): void => {
    underWay += 1;
    post('call', id, json);
  };
  const call = (request: HostRequest): Promise<HostReply> => {
    const json = stringify(request);
    if (json.length > limits.argumentChars) return Promise.resolve(tooLarge);
    started += 1;
    if (started > limits.calls) {
      const reason = `quota: more than ${limits.calls} calls`;
      if (started === limits.calls + 1) post('quota', 0, reason);
      return Promise.reject(new Error(reason));
    }
    const id = started;
    return new Promise((resolve) => {
      answers.set(id, (text) => resolve(parse(text)));
      if (underWay < limits.callsAtOnce) send(id, json);
      else waiting.push(() => send(id, json));
    });
  };
  const answer = (id: number, json: string): void => {
    const resolve = answers.get(id);
    if (!resolve) return;
    answers.delete(id);
    underWay -= 1;
    resolve(json);
    waiting.shift()?.();
  };
  return { call, answer, active: () => underWay + waiting.length, started: () => started };
}

const tooLarge: HostReply = {
  status: 413,
  body: { meta: { error: { code: 'PayloadTooLargeError', message: 'The arguments of the call are too large' } }, data: {} },
};
