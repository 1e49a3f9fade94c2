/** How long the parts of the main job took: the cells come first, the others side by side. */
export type Part = {
  /** From its start to its end [s]. */
  readonly wall: number
  /** CPU time of its threads, all together [s]; absent where the system does not tell. */
  readonly cpu?: number | undefined
  /** Threads it ran in. */
  readonly threads: number
}

export type Times = {
  /** Packages and build, before the job [s]; absent where it was started without them. */
  readonly setUp?: number | undefined
  readonly parts: Readonly<Record<string, Part>>
  /** The job without its set-up [s]. */
  readonly whole: number
}

/** Seconds that the set-up took, which `scripts/start.mjs` leaves in the environment. */
export const setUpSeconds = (environment: Readonly<Record<string, string | undefined>>): number | undefined => {
  const value = Number(environment.DUALION_SETUP_SECONDS ?? Number.NaN)
  return Number.isFinite(value) ? value : undefined
}

const seconds = (value: number): string => `${value.toFixed(1)} s`

/** `Times: set-up 2.1 s; cells 7.9 s (13.2 s of CPU in 2 threads), then side by side ladder …; 21.0 s in all.` */
export const timesText = ({ setUp, parts, whole }: Times): string => {
  const each = Object.entries(parts).map(([name, { wall, cpu, threads }]) => {
    const work = cpu === undefined ? '' : `${seconds(cpu)} of CPU`
    const shared = threads > 1 ? ` in ${threads} threads` : ''
    return `${name} ${seconds(wall)}${work || shared ? ` (${work}${shared})` : ''}`
  })
  const [first, ...others] = each
  const then = others.length === 0 ? '' : `, then side by side ${others.join(', ')}`
  return `Times: ${setUp === undefined ? '' : `set-up ${seconds(setUp)}; `}${first}${then}; ${seconds(whole)} in all.`
}
