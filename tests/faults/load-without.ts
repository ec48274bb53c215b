import { registerHooks } from 'node:module';
import { type Change, changed, WITHOUT_IN_TESTS } from './without.ts';

/**
 * Loads a module of the product anew with a protection taken out, beside the one that is whole: for controls within the process of a
 * test. `folders` are those whose modules are loaded anew with it, such as `/services/players/`; all others are shared. `load` is an
 * `import()`, so that what comes of it has its type.
 */
export async function loadWithout<Module>(
  protection: keyof typeof WITHOUT_IN_TESTS,
  folders: readonly string[],
  load: () => Promise<Module>,
): Promise<Module> {
  const mark = `?without=${protection}`;
  const changes: readonly Change[] = WITHOUT_IN_TESTS[protection];
  const made = new Set<Change>();
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const resolved = nextResolve(specifier, context);
      const isMine = folders.some((folder) => resolved.url.includes(folder)) && resolved.url.endsWith('.ts');
      return isMine ? { ...resolved, url: resolved.url + mark } : resolved;
    },
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const mine = url.endsWith(mark) ? changes.filter(({ file }) => url.endsWith(file + mark)) : [];
      if (mine.length === 0) return loaded;
      for (const change of mine) made.add(change);
      const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      return { ...loaded, source: mine.reduce(changed, source) };
    },
  });
  try {
    const loaded = await load();
    if (made.size !== changes.length) throw new Error(`Of what a control takes out only ${made.size} of ${changes.length} were loaded`);
    return loaded;
  } finally {
    hooks.deregister();
  }
}
