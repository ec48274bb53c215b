import { registerHooks } from 'node:module';
import { type Change, changed, WITHOUT } from './without.ts';

// Preloaded into every service of a control: takes a protection out of the code as it is loaded, without a switch in the product.
const wanted = process.env['FAULTS_WITHOUT'] ?? '';
const changes: readonly Change[] = Object.entries(WITHOUT).find(([name]) => name === wanted)?.[1] ?? [];

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const mine = changes.filter(({ file }) => url.endsWith(file));
    if (mine.length === 0) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    return { ...loaded, source: mine.reduce(changed, source) };
  },
});
