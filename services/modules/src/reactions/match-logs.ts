import { consume } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import type { Parts } from '../parts.ts';
import { forgetful } from './match-events.ts';
import { runHooks } from './run-hooks.ts';

/** Matches the lines that game servers log to hooks for `log`. Nobody is behind them, and nobody stores them. */
export const consumeLogs = (parts: Parts): Promise<AsyncDisposable> =>
  consume<IngestEnvelope>(parts.context.bus, {
    stream: 'LOGS',
    schema: IngestEnvelope,
    react: (line, { domainId, streamEpoch, streamSeq, takenAt }) =>
      forgetful(async () => {
        if (line.domainId !== domainId) throw new ServiceError('INVALID_MESSAGE');
        const modules = await parts.modules.current(domainId, takenAt);
        const { gameServerId, meta, receivedAt: occurredAt } = line;
        const causeId = deriveId('log', streamEpoch, streamSeq);
        await runHooks(parts, modules, { domainId, gameServerId, name: 'log', causeId, depth: 0, occurredAt, meta, playerId: null });
      }),
  });
