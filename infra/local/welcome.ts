import { relative } from 'node:path';
import { authorityOf } from './authority.ts';
import type { Demo } from './demo.ts';
import type { Options } from './options.ts';
import { placesIn } from './prepare.ts';
import { ROOT } from './run-tool.ts';

export interface WelcomeOptions {
  readonly options: Options;
  readonly apiUrl: string;
  readonly demo: Demo | undefined;
}

/** As a person in the root of the checkout would write it. */
const shown = (path: string): string => {
  const near = relative(ROOT, path);
  return near.startsWith('..') ? path : near;
};

/** What a person needs to know once all is ready. */
export const welcome = ({ options, apiUrl, demo }: WelcomeOptions): string => {
  const places = placesIn(options.data);
  const rows: [string, string][] = [
    ['API', `${apiUrl}  (read and try it: ${apiUrl}/api.html)`],
    ['game servers', `ws://${authorityOf(options.host, options.connectorsPort)}`],
    ['admin secret', `${shown(places.adminSecret)}  (header x-takaro-admin-token)`],
  ];
  if (demo !== undefined) {
    rows.push(
      ['demo domain', demo.domain.domainId],
      ['sign in', `POST ${apiUrl}/login as ${demo.domain.email}, its password is in ${shown(places.demoPassword)}`],
      ['demo players', `POST ${demo.controlUrl}/say {"player":"Alice","text":"/ping"}`],
    );
  }
  const lines = rows.map(([name, text]) => `  ${name.padEnd(13)} ${text}`);
  return ['', 'Takaro is ready. Ctrl-C ends it.', ...lines, ''].join('\n');
};
