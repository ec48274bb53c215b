import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { System } from '@takaro/testing/system';
import type { Protection } from './without.ts';

/** Names of files in the folder of all state, by which services that run under `preload.ts` are told what they are. */
export const CLOCK_FILE = 'clock-offset-ms';
export const NEWER_FILE = 'newer-version';
/** What a later version adds to what the streams carry. */
export const ADDED = { addedLater: { by: 'the version after this one', list: [1, 2, 3] } };

/** Makes Node preload it into the services, and into nothing that they start: what that gets, they choose. */
export const preloaded = (data: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'preload.ts')).href}`,
  FAULTS_FOLDER: data,
});

/** Takes a protection out of all services. */
export const without = (protection: Protection) => (): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'unprotect.ts')).href}`,
  FAULTS_WITHOUT: protection,
});

/** Sets the clocks of all services at once. */
export const setClocks = ({ data }: System, offsetMs: number): Promise<void> => writeFile(join(data, CLOCK_FILE), String(offsetMs));

/** Whether services that start from now on are of a later version. */
export const setNewer = ({ data }: System, isNewer: boolean): Promise<void> =>
  isNewer ? writeFile(join(data, NEWER_FILE), '') : rm(join(data, NEWER_FILE), { force: true });
