import { Counter, Gauge, type Registry as MetricsRegistry } from 'prom-client';

export interface ConnectorMetrics {
  readonly events: Counter<'outcome'>;
  readonly requests: Counter<'outcome'>;
  /** Times that a socket was not read because its game server was too fast. */
  readonly rests: Counter;
}

/** A socket, as far as it is counted. */
interface Counted {
  readonly pendingCount: number;
}

interface Sources {
  /** The open sockets. */
  readonly sessions: ReadonlySet<Counted>;
  readonly budget: { readonly bytes: number };
  readonly pace: { readonly perSecond: number };
  readonly gathering: { readonly times: number };
}

/** What sockets are and hold is read from them when somebody asks. */
export function createMetrics(registry: MetricsRegistry, { sessions, budget, pace, gathering }: Sources): ConnectorMetrics {
  const registers = [registry];
  // Each registers itself and is read through the registry.
  for (const gauge of [
    { name: 'takaro_connector_sockets', help: 'Open sockets of game servers', value: () => sessions.size },
    { name: 'takaro_connector_unstored_bytes', help: 'Events that wait for their stream', value: () => budget.bytes },
    { name: 'takaro_connector_pace', help: 'Events a second that any game server may report now', value: () => pace.perSecond },
    {
      name: 'takaro_connector_gathering',
      help: 'How many times as long events are gathered because services cannot keep up',
      value: () => gathering.times,
    },
    {
      name: 'takaro_connector_pending_requests',
      help: 'Requests that game servers have not answered yet',
      value: () => [...sessions].reduce((sum, { pendingCount }) => sum + pendingCount, 0),
    },
  ]) {
    const { name, help, value } = gauge;
    void new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
  return {
    events: new Counter({
      name: 'takaro_connector_events_total',
      help: 'Events of game servers by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    rests: new Counter({
      name: 'takaro_connector_rests_total',
      help: 'Sockets not read for a while because they were too fast',
      registers,
    }),
    requests: new Counter({
      name: 'takaro_connector_requests_total',
      help: 'Requests to game servers by how they ended',
      labelNames: ['outcome'],
      registers,
    }),
  };
}
