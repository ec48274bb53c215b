/** Names of the headers that travel with messages. */
export const HEADERS = {
  token: 'Takaro-Token',
  /** Milliseconds since the epoch; work past it is not begun. */
  deadline: 'Takaro-Deadline',
  /** Milliseconds since the epoch; until then a service that starts again is waited for. */
  patience: 'Takaro-Patience',
  error: 'Takaro-Error',
  /** `<subject> <id> <count>`: the payload must be fetched in that many parts. */
  parts: 'Takaro-Parts',
  /** `<subject> <id>`: the answer is not there yet, and is asked for again with that id. */
  later: 'Takaro-Later',
  trace: 'traceparent',
  /** There where several messages travel as one: a list of `[<last token of the subject>, <payload>]`. */
  batch: 'Takaro-Batch',
  /** `<stream epoch> <sequence>`, and the place in its batch behind the first: where a message was that was published again. */
  origin: 'Takaro-Origin',
} as const;
