import * as lodash from 'lodash-es';
import { installPrelude } from './prelude.ts';

installPrelude(lodash);
