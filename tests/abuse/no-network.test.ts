import http from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { openSandboxForTests, type SandboxForTests } from '@takaro/sandbox/testing';
import { afterAll, beforeAll } from 'vitest';
import { type AttackVerdict, attackTest } from './attack.ts';
import { listen } from './listener.ts';

/** Without confinement of the process: functions have nothing to connect with, and what is around them is attacked elsewhere. */
let box: SandboxForTests;
beforeAll(async () => {
  box = await openSandboxForTests({ confinement: { strongest: 'none', weakest: 'none' } });
});
afterAll(async () => box[Symbol.asyncDispose]());

const HELPERS = `import { takaro, axios } from '@takaro/helpers';`;
const TCP = `const { TCP, TCPConnectWrap, constants } = process.binding('tcp_wrap');
  new TCP(constants.SOCKET).connect(new TCPConnectWrap(), '127.0.0.1', PORT);`;
/** Code with which whoever has a network reaches `URL`, which is a server at `PORT`. */
const WAYS: readonly [tried: string, code: string][] = [
  ['fetch', 'await fetch(URL);'],
  ['fetch, by code made at run time', `await new Function('return fetch')()(URL);`],
  ['XMLHttpRequest', `const request = new XMLHttpRequest(); request.open('GET', URL); request.send();`],
  ['WebSocket', `new WebSocket(URL.replace('http', 'ws')).onerror = () => 0;`],
  [`require('http')`, `require('http').get(URL).on('error', () => 0);`],
  [`require('net')`, `require('net').connect(PORT, '127.0.0.1').on('error', () => 0);`],
  [`import('node:net')`, `(await import('node:net')).connect(PORT, '127.0.0.1').on('error', () => 0);`],
  [`import 'node:http'`, `import http from 'node:http'; http.get(URL).on('error', () => 0);`],
  [`import 'axios'`, `import axios from 'axios'; await axios.get(URL);`],
  ['takaro.axios', `${HELPERS} await takaro.axios.get(URL);`],
  ['takaro.axiosInstance', `${HELPERS} await takaro.axiosInstance.request({ url: URL });`],
  ['axios of the helpers', `${HELPERS} await axios(URL);`],
  ['axios.get', `${HELPERS} await axios.get(URL);`],
  ['axios.post', `${HELPERS} await axios.post(URL, {});`],
  ['axios.create', `${HELPERS} await axios.create({}).get(URL);`],
  ['process.binding', TCP],
  ['process.binding, by code made at run time', `new Function(${JSON.stringify(TCP)})();`],
  ['process.getBuiltinModule', `process.getBuiltinModule('net').connect(PORT, '127.0.0.1').on('error', () => 0);`],
];

/** As a careless host would hand it to functions. */
const careless = {
  http,
  require: createRequire(import.meta.url),
  XMLHttpRequest: class {
    #url = '';
    open(_: string, url: string): void {
      this.#url = url;
    }
    send(): void {
      http.get(this.#url).on('error', () => undefined);
    }
  },
  axios: Object.assign((url: string) => fetch(url), {
    get: (url: string) => fetch(url),
    post: (url: string) => fetch(url, { method: 'POST' }),
    request: ({ url }: { readonly url: string }) => fetch(url),
    create: () => ({ get: (url: string) => fetch(url) }),
  }),
};
const given = { ...careless, takaro: { axios: careless.axios, axiosInstance: careless.axios } };

async function inNode(code: string): Promise<void> {
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  await new AsyncFunction(...Object.keys(given), code.replace(/^import [^;]*;/, ''))(...Object.values(given));
}

async function reach(run: (code: string) => Promise<unknown>, code: string, waitMs: number): Promise<AttackVerdict> {
  await using server = await listen();
  await run(code.replaceAll('URL', `'http://127.0.0.1:${server.port}/'`).replaceAll('PORT', String(server.port)));
  for (const from = performance.now(); server.connections() === 0 && performance.now() - from < waitMs;) await delay(10);
  return { harmed: server.connections() > 0, seen: `${server.connections()} connections` };
}

for (const [tried, code] of WAYS) {
  attackTest({
    row: 43,
    attack: `a function connects by ${tried}`,
    tried: code.slice(0, 60),
    refusedBy: 'an isolate without a network',
    guarded: () => reach((written) => box.run(written), code, 100),
    control: { without: 'it: the same in Node', attempt: () => reach(inNode, code, 10_000) },
  });
}
