/** What was seen at one moment. Figures by name, such as `runner rss MB`. */
export interface Sample {
  /** Executions so far. */
  readonly executions: number;
  readonly figures: Readonly<Record<string, number>>;
}

export interface Line {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Percent of its mean per 1,000 executions, by the line that fits best. */
  readonly slope: number;
  readonly verdict: 'flat' | 'GROWS';
}

/** Before that, caches fill and code is compiled. */
const WARM_UP = 1 / 3;
/** What memory may grow, P7 of the targets. */
const SLOPE_MOST = 1;
/** A count that grew by more than this share and more than this many is no chance. */
const COUNT_SHARE = 0.1;
const COUNT_SLACK = 5;

const isMemory = (name: string): boolean => name.endsWith(' MB');

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Percent of the mean per 1,000 executions, by least squares. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (pick: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0 || meanY === 0) return 0;
  const rise = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return ((rise * 1_000) / meanY) * 100;
}

/** Says of each figure whether it stayed flat after the warm-up. @throws Error when there is too little to say anything */
export function judge(samples: readonly Sample[]): Line[] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  if (warm.length < 6) throw new Error('Too few samples to judge: let it run for longer');
  const names = [...new Set(warm.flatMap(({ figures }) => Object.keys(figures)))];
  return names.map((name) => {
    const points = warm.flatMap(({ executions, figures }) => (figures[name] === undefined ? [] : [{ x: executions, y: figures[name] }]));
    const third = Math.ceil(points.length / 3);
    const from = medianOf(points.slice(0, third).map(({ y }) => y));
    const to = medianOf(points.slice(-third).map(({ y }) => y));
    const slope = slopeOf(points);
    const grows = isMemory(name) ? slope > SLOPE_MOST : to - from > Math.max(COUNT_SLACK, from * COUNT_SHARE);
    return { name, from, to, slope, verdict: grows ? 'GROWS' : 'flat' };
  });
}
