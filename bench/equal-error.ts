/**
 * CPU time at equal rms error: 1C of the Chen2020 cell on several meshes, voltage against the curve extrapolated to
 * zero mesh width (60 s to 97 %). Asked: at equal error at least ten times PyBaMM's speed.
 */
import { cellFileOf, type Reference, referenceOf, rmsAgainst } from '../test/reference/pybamm/compare.ts'
import { cpuOf, milliseconds, printTable } from './measure.ts'
import { peer, peerTimes } from './peer.ts'
import { cellOf, runnerOf } from './setup.ts'

type Point = { readonly label: string; readonly error: number; readonly time: number }

const reference = referenceOf('chen2020-dfn-1c')
const sentence = ['Discharge at 1C until 2.5 V']

const cell = await cellOf(cellFileOf(reference).name)

/** Rows every 2 s: the cubic between them is exact to 1e-8 V. */
const ours = [
  [5, 5, 1e-3],
  [8, 8, 1e-3],
  [10, 10, 1e-4],
  [15, 15, 1e-4],
  [20, 20, 1e-4],
  [20, 20, 1e-5],
  [40, 40, 1e-5],
].map(([points, shells, rtol]): Point => {
  const options = { points: points!, shells: shells!, rtol: rtol! }
  const error = rmsAgainst(runnerOf(cell, sentence, { ...options, period: 2 })(), reference).rms
  const time = Math.min(
    ...cpuOf(runnerOf(cell, sentence, { ...options, outputs: 'terminal' }), { warm: 15, repeats: 15 }),
  )
  return { label: `dualion ${points}×${shells} ${rtol}`, error, time }
})

const compared = (curve: Reference): { times: number[]; voltage: number[] } => {
  const keep = curve.columns.time.map(t => t >= 60 && t <= 0.97 * curve.steps[0]!.duration)
  return {
    times: curve.columns.time.filter((_, i) => keep[i]),
    voltage: curve.columns.voltage.filter((_, i) => keep[i]),
  }
}

const { times, voltage } = compared(reference)
const theirs = [
  [20, 20, 1e-4],
  [40, 40, 1e-4],
  [40, 80, 1e-5],
  [80, 80, 1e-5],
  [80, 120, 1e-6],
  [160, 160, 1e-6],
].flatMap(([points, shells, rtol]): Point[] => {
  const options = { points, shells, rtol, atol: Math.min(rtol!, 1e-6), repeats: 3 }
  const timed = peer('discharge', options)
  const result = timed && peer('discharge', { ...options, repeats: 1, times })
  if (!timed || !result) return []
  const squares = result.voltage!.map((v, i) => (v - voltage[i]!) ** 2)
  const error = Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length)
  return [{ label: `PyBaMM ${points}×${shells} ${rtol}`, error, time: Math.min(...peerTimes(timed)!) }]
})

printTable(
  'CPU time and rms error, DFN at 1C',
  ['', 'rms error', 'min CPU'],
  [...ours, ...theirs].map(p => [p.label, `${(p.error * 1000).toPrecision(3)} mV`, milliseconds(p.time)]),
)

if (!theirs.length) console.log('PyBaMM not installed: no ratio')
for (const point of theirs) {
  const rival = ours.filter(p => p.error <= point.error).sort((a, b) => a.time - b.time)[0]
  if (rival) console.log(`${point.label}: ${rival.label} is as good, ratio ${(point.time / rival.time).toPrecision(3)}`)
  else console.log(`${point.label}: no mesh of ours is as good`)
}
