/** The balances of all shells of all particles of one carrier, as loops over vectors (see `particle-single.ts`). */
import {
  entry,
  type Loop,
  minus,
  number,
  paddedLength,
  plus,
  times,
  type VectorMemory,
  vectorLoops,
} from '../math/vector-loop.ts'
import type { RadialMesh } from './mesh.ts'

/** x, x beyond, ẋ, ẋ beyond, p, q, g, flux; d:   flux = p ẋ + q ẋ_beyond − d g (x_beyond − x) */
const flux: Loop = {
  addresses: 8,
  numbers: 1,
  sets: [
    [
      entry(7),
      minus(
        plus(times(entry(4), entry(2)), times(entry(5), entry(3))),
        times(times(number(0), entry(6)), minus(entry(1), entry(0))),
      ),
    ],
  ],
}

/** v, ẋ, flux, flux before, sign, rows:   rows = sign (v ẋ + flux − flux_before) */
const rows: Loop = {
  addresses: 6,
  sets: [[entry(5), times(entry(4), minus(plus(times(entry(0), entry(1)), entry(2)), entry(3)))]],
}

const loopsIn = vectorLoops({ flux, rows })

/** Vectors of the length of all shells and surfaces that one electrode takes of a memory, and a gap between two of them. */
const vectors = 9
export const radialEntries = (unknowns: number): number => vectors * paddedLength(unknowns) + paddedLength(1)

const bytes = 8

/**
 * Residual rows of `count` particles, unknowns [particle][shell, surface last]: A G of every face from contents x (or Θ, with
 * d = 1), then v ẋ + A G − A G before. What is beyond a surface takes no part: its flux is 0, and its row the other way round.
 *
 * @param memory  where the state mostly lies; one that lies elsewhere is copied
 */
export const radialBalances = (mesh: RadialMesh, count: number, memory: VectorMemory) => {
  const { shells, volume, area, distance, surfaceVolume, massInside, massOutside } = mesh
  const size = shells + 1
  const length = count * size
  const entries = paddedLength(length)
  const loops = loopsIn(memory)
  const ofUnknown = (shell: (k: number) => number, surface: number): number => {
    const vector = memory.vector(length)
    for (let k = 0; k < length; k++) vector[k] = k % size < shells ? shell(k % size) : surface
    return vector.byteOffset
  }
  const inside = ofUnknown(k => massInside[k], 0)
  const outside = ofUnknown(k => massOutside[k], 0)
  const conductance = ofUnknown(k => area[k] / distance[k], 0)
  const volumes = ofUnknown(k => volume[k], surfaceVolume)
  const sign = ofUnknown(() => 1, -1)
  memory.vector(1)
  const fluxes = memory.vector(length).byteOffset
  const found = memory.vector(length)
  const content = memory.vector(length)
  const rate = memory.vector(length)

  /** Address of a state's unknowns from `base` on. */
  const placed = (state: Float64Array, base: number, copy: Float64Array): number => {
    if (state.buffer === memory.buffer) return state.byteOffset + bytes * base
    copy.set(state.subarray(base, base + length))
    return copy.byteOffset
  }

  return {
    /** Θ of all stations, for `x` undefined. */
    theta: content,
    fill(x: Float64Array | undefined, yp: Float64Array, base: number, d: number, out: Float64Array): void {
      const at = x ? placed(x, base, content) : content.byteOffset
      const rates = placed(yp, base, rate)
      loops.flux(entries, at, at + bytes, rates, rates + bytes, inside, outside, conductance, fluxes, d)
      loops.rows(entries, volumes, rates, fluxes, fluxes - bytes, sign, found.byteOffset)
      out.set(found, base)
    },
  }
}
