import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { printTable, timeCells } from './measure.ts'

/** What `pybamm_peer.py` answers: CPU times [s] and, where asked, the end of the discharge [s] and its voltages. */
export type PeerResult = {
  readonly version: string
  readonly cpu?: readonly number[]
  readonly end?: number
  readonly steps?: number
  readonly voltage?: readonly number[]
}

const script = fileURLToPath(new URL('./pybamm_peer.py', import.meta.url))
export const python = process.env.DUALION_PYTHON ?? 'python3'
/** The BPX file both programs read in most benchmarks. */
export const chen2020 = fileURLToPath(new URL('../test/reference/pybamm/cells/chen2020.json', import.meta.url))

/** One task of the peer, in a process of its own; undefined where that Python has no PyBaMM. */
export const peer = (task: string, options: Record<string, unknown>): PeerResult | undefined => {
  const input = JSON.stringify({ cell: chen2020, repeats: 10, ...options })
  const run = spawnSync(python, [script, task, input], { encoding: 'utf8', maxBuffer: 1e8 })
  if (run.error) return undefined
  const line = run.stdout.trim().split('\n').at(-1) ?? ''
  if (run.status !== 0 || !line.startsWith('{')) throw new Error(`pybamm_peer.py ${task}: ${run.stderr.slice(-500)}`)
  const result = JSON.parse(line) as PeerResult & { missing?: string }
  return result.missing ? undefined : result
}

/** CPU times of the peer [ms], or undefined. */
export const peerTimes = (result: PeerResult | undefined): number[] | undefined => result?.cpu?.map(s => s * 1000)

/**
 * The same task in both programs in one run, the peer before and after ours so that a change of the machine's speed is
 * seen by both; prints minimum, mean ± sd and the ratio of the minima.
 *
 * @param ours  CPU times [ms] by label
 */
export const besidePeer = (options: {
  readonly title: string
  readonly ours: Readonly<Record<string, () => readonly number[]>>
  readonly task: string
  readonly input: Record<string, unknown>
}): void => {
  const before = peer(options.task, options.input)
  const ours = Object.entries(options.ours).map(([label, times]) => ({ label, times: times() }))
  const after = before && peer(options.task, options.input)
  const theirs = before && after ? [...peerTimes(before)!, ...peerTimes(after)!] : undefined
  const best = theirs ? Math.min(...theirs) : Number.NaN
  const rows = ours.map(({ label, times }) => {
    const ratio = theirs ? (best / Math.min(...times)).toPrecision(3) : 'none'
    return [`dualion, ${label}`, ...timeCells(times), ratio]
  })
  if (theirs) rows.push([`PyBaMM ${before!.version}`, ...timeCells(theirs), '1'])
  printTable(options.title, ['', 'min', 'mean ± sd', 'PyBaMM / ours'], rows)
  if (!theirs) console.log(`PyBaMM not installed (${python}; set DUALION_PYTHON): no ratio`)
}
