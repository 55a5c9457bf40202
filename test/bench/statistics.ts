/** The value that `share` of the values do not exceed. */
export const quantile = (values: number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** The value in the middle. */
export const median = (values: number[]): number => quantile(values, 0.5);

/** A measured ratio: the median of its rounds, and the lowest and highest of them. */
export interface Ratio {
  median: number;
  low: number;
  high: number;
}

/** At so many significant digits: more would be noise. */
export const round = (value: number, digits = 3): number => Number(value.toPrecision(digits));

/** Ratios of what was measured side by side, round by round. */
export const ratioOf = (ours: number[], theirs: number[]): Ratio => {
  const ratios = ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
  return {
    median: round(median(ratios)),
    low: round(Math.min(...ratios)),
    high: round(Math.max(...ratios)),
  };
};
