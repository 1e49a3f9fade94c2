import type { Fidelity, Mesh } from '../src/cell/cell.ts'
import { refuse, SimulationError } from '../src/error.ts'
import type { CurrentSign } from '../src/quantities.ts'

/** Most points per region and shells per particle that are taken: beyond, memory and time grow without a better answer. */
const finestMesh = 1000
/** Most shells of a region's particles together: beyond, a step of two ions takes seconds, and Ctrl-C waits for it. */
const mostShells = 200_000
/** Most frequencies of one spectrum. */
const mostFrequencies = 100_000

/** Collects an option that may be given several times. */
export const repeated = (value: string, list: readonly string[] = []): readonly string[] => [...list, value]

/** Reader of a number in a range. */
export const numberOf =
  (name: string, least: number, most: number) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!(value >= least && value <= most)) refuse(name, text, `a number ≥ ${least} and ≤ ${most}`)
    return value
  }

/** Reader of a whole number, negative ones too, in a range where one is given. */
export const wholeNumberOf =
  (name: string, least?: number, most?: number) =>
  (text: string): number => {
    const value = /^[-+]?\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN
    const within = least === undefined || most === undefined
    if (!(within ? Number.isInteger(value) : value >= least && value <= most))
      refuse(name, text, within ? 'a whole number' : `a whole number ≥ ${least} and ≤ ${most}`)
    return value
  }

/** `20x20` → points per region × shells per particle. */
export const readMesh = (text: string): Mesh => {
  const match = /^(\d{1,9})[x×](\d{1,9})$/i.exec(text.trim())
  if (!match) return refuse('--mesh', text, 'NxM: N points per region × M shells per particle, as in 20x20')
  const points = Number(match[1])
  const shells = Number(match[2])
  for (const value of [points, shells]) {
    if (!(value >= 3 && value <= finestMesh)) refuse('--mesh', text, `N and M ≥ 3 and ≤ ${finestMesh}`)
  }
  if (points * shells > mostShells) refuse('--mesh', text, `N·M ≤ ${mostShells}`)
  return { points, shells }
}

/** `1e-4:1e4:60` → 60 frequencies [Hz], log-spaced, ends included. */
export const readFrequencies = (text: string): Float64Array => {
  const parts = text.split(':').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
  const [from, to, count] = parts
  const allowed = 'from:to:count in Hz with from > 0, to > 0, count a whole number, as in 1e-4:1e4:60'
  const good = parts.length === 3 && from > 0 && to > 0 && Number.isFinite(from) && Number.isFinite(to)
  if (!good || !Number.isInteger(count) || count < 1 || count > mostFrequencies) {
    return refuse('--frequencies', text, allowed)
  }
  return Float64Array.from({ length: count }, (_, i) =>
    i === count - 1 && count > 1 ? to : from * (to / from) ** (i / Math.max(1, count - 1)),
  )
}

/** `--model`, else what the file names, else the full model. */
export const fidelityOf = (text: string | undefined, ofFile: Fidelity | undefined): Fidelity => {
  if (text === undefined) return ofFile ?? 'dfn'
  return wordOf('--model', text.toLowerCase(), ['spm', 'spme', 'dfn'])
}

export const currentSignOf = (text: string): CurrentSign => wordOf('--current-sign', text, ['discharge', 'charge'])

const wordOf = <W extends string>(name: string, text: string, words: readonly W[]): W => {
  const found = words.find(word => word === text)
  if (found !== undefined) return found
  throw new SimulationError(`${name}: got ${JSON.stringify(text.slice(0, 80))}, allowed: ${words.join(', ')}`, {
    code: 'input',
    at: name,
  })
}
