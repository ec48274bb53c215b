import { consume, type Delivery } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { IngestEnvelope, reportIdOf } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import type { Parts } from '../parts.ts';
import { forgetful } from './match-events.ts';
import { runHooks } from './run-hooks.ts';

/** Matches the lines that game servers log to hooks for `log`. Nobody is behind them, and nobody stores them. */
export const consumeLogs = (parts: Parts): Promise<AsyncDisposable> =>
  consume<IngestEnvelope>(parts.context.bus, {
    stream: 'LOGS',
    schema: IngestEnvelope,
    idOf: reportIdOf,
    react: (line, delivery) =>
      forgetful(async () => {
        const { domainId, takenAt } = delivery;
        if (line.domainId !== domainId) throw new ServiceError('INVALID_MESSAGE');
        const modules = await parts.modules.current(domainId, takenAt);
        const { gameServerId, meta, receivedAt: occurredAt } = line;
        const causeId = causeOf(line, delivery);
        await runHooks(parts, modules, { domainId, gameServerId, name: 'log', causeId, depth: 0, occurredAt, meta, playerId: null });
      }),
  });

/** The same for the same line, however often it comes, alone or with others. */
const causeOf = ({ gameServerId, streamId, seq }: IngestEnvelope, { streamEpoch, streamSeq, index }: Delivery): string =>
  streamId !== undefined && seq !== undefined
    ? deriveId('log', gameServerId, streamId, seq)
    : deriveId('log', streamEpoch, streamSeq, ...(index > 0 ? [index] : []));
