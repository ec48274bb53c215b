import { Counter, Gauge, type Registry as MetricsRegistry } from 'prom-client';

export interface ConnectorMetrics {
  readonly sockets: Gauge;
  readonly pendingRequests: Gauge;
  readonly events: Counter<'outcome'>;
  readonly requests: Counter<'outcome'>;
}

export const createMetrics = (registry: MetricsRegistry): ConnectorMetrics => {
  const registers = [registry];
  return {
    sockets: new Gauge({ name: 'takaro_connector_sockets', help: 'Open sockets of game servers', registers }),
    pendingRequests: new Gauge({
      name: 'takaro_connector_pending_requests',
      help: 'Requests that game servers have not answered yet',
      registers,
    }),
    events: new Counter({
      name: 'takaro_connector_events_total',
      help: 'Events of game servers by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    requests: new Counter({
      name: 'takaro_connector_requests_total',
      help: 'Requests to game servers by how they ended',
      labelNames: ['outcome'],
      registers,
    }),
  };
};
