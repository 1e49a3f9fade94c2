import type { HostMaterial, Transport } from '../scales.ts'
import { diffusivityOf } from './diffusivity.ts'
import { difference, smallest } from './particle-coupled.ts'

/** D̃ of a host of two carriers at many contents, [count, 2] → [count, 2, 2]: the record's own, or one by one. */
export const diffusivitiesOf = (host: HostMaterial): NonNullable<Transport['diffusivities']> => {
  const own = host.transport.diffusivities
  if (own) return own
  const diffusivity = diffusivityOf(host)
  const x = new Float64Array(2)
  const one = new Float64Array(4)
  return (contents, count, T, out) => {
    for (let f = 0; f < count; f++) {
      x[0] = contents[2 * f]
      x[1] = contents[2 * f + 1]
      diffusivity(x, T, one)
      out.set(one, 4 * f)
    }
  }
}

/** D̃ and ∂(D̃ u)_i/∂x_l at fixed u of the same: the record's own, or by differences away from a full host. */
export const diffusivitySlopesOf = (
  host: HostMaterial,
  diffusivities: NonNullable<Transport['diffusivities']>,
): NonNullable<Transport['diffusivitySlopes']> => {
  const { diffusivity, diffusivitySlopes, constant } = host.transport
  if (diffusivity && diffusivitySlopes) return diffusivitySlopes
  const moved = new Float64Array(2)
  const shifted = new Float64Array(4)
  return (x, u, count, T, out, slopes) => {
    diffusivities(x, count, T, out)
    slopes.fill(0)
    if (constant) return
    for (let f = 0; f < count; f++)
      for (let l = 0; l < 2; l++) {
        moved[0] = x[2 * f]
        moved[1] = x[2 * f + 1]
        const step = -difference * Math.max(Math.abs(moved[l]), smallest)
        moved[l] += step
        diffusivities(moved, 1, T, shifted)
        for (let i = 0; i < 2; i++) {
          const row = 4 * f + 2 * i
          const change = (shifted[2 * i] - out[row]) * u[2 * f] + (shifted[2 * i + 1] - out[row + 1]) * u[2 * f + 1]
          slopes[row + l] = change / step
        }
      }
  }
}
