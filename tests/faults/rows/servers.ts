import type { Fault } from '../fault.ts';
import type { Target } from '../siege.ts';

const strike = (row: string, name: string, target: Target, signal: NodeJS.Signals): Fault => ({
  row,
  name,
  recoveryS: 5,
  times: (asked) => (target === 'nats' ? asked + 1 : asked),
  inflict: async (siege) => {
    await siege.strike(target, signal);
    return [];
  },
});

export const SERVERS: readonly Fault[] = [
  strike('6', 'kill -9 of nats-server', 'nats', 'SIGKILL'),
  strike('9', 'fast restart of PostgreSQL', 'postgres', 'SIGINT'),
  strike('9', 'kill -9 of PostgreSQL', 'postgres', 'SIGKILL'),
];
