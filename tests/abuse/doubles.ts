import { createContext, runInContext, runInThisContext } from 'node:vm';

/**
 * Sandboxes as one must not build them, for controls: code meets the objects of its host themselves. They run in the process of the
 * test, so they get nothing that does harm.
 */
export type Double = (code: string) => Promise<string[]>;

/** Functions as a careless host writes them: sloppy, and with trust in what it is handed. Made from text, since modules are strict. */
const HOST = `
  const log = function (message) {
    lines.push(message !== null && typeof message === 'object' && Object.hasOwn(message, 'toString') ? message.toString() : String(message));
  };
  const ask = async function (given) {
    if (given === 'fail') throw new Error('the host failed');
    if (given instanceof Error || typeof given !== 'object' || given === null) return { data: { asked: given } };
    if (typeof given.then === 'function') return { data: { asked: await new Promise((resolve) => given.then(resolve)) } };
    if (typeof given.toJSON === 'function') given.toJSON({ of: 'the host' });
    if (typeof given.map === 'function') given.map((one) => ({ of: 'the host', one }));
    String(given.name);
    given.result = { of: 'the host' };
    return { data: { asked: given } };
  };
  return {
    console: { log },
    takaro: { settings: { settingsControllerGetOne: ask } },
    data: { gameServerId: 'server-1' },
    __post: log,
  };`;

const withoutImport = (code: string): string => code.replace(/^import .*$/m, '');
const hostOf = (lines: string[]): Record<string, unknown> => runInThisContext(`(function (lines) { ${HOST} })`)(lines);

/** A context of its own, and everything from the host by reference. */
export const byReference: Double = (code) => shared()(code);

/** One such context and one host for all that it runs. */
export function shared(): Double {
  const lines: string[] = [];
  const context = createContext(hostOf(lines));
  return async (code) => {
    await runInContext(`(async () => {${withoutImport(code)}\n})()`, context);
    return lines.splice(0);
  };
}

/** The globals of the process. */
export const inTheProcess: Double = async (code) => {
  const lines: string[] = [];
  const { console, takaro, data } = hostOf(lines);
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  await new AsyncFunction('console', 'takaro', 'data', withoutImport(code))(console, takaro, data);
  return lines;
};
