import { installPrelude } from './prelude.ts';

installPrelude(undefined);
