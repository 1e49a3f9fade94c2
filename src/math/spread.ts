/** Mean and standard deviation of a few values that are independent of each other; of a series see `time-series.ts`. */
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** √(Σ (v − mean)²/(m − 1)) of m values; 0 where there is one. */
export const deviation = (values: readonly number[]): number => {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / Math.max(1, values.length - 1))
}
