import { crowdedBelow, type Reaction } from './reaction.ts'
import type { Surfaces } from './surfaces.ts'

/**
 * A surface with less room than `crowdedBelow`, as its reaction sees it: the contents lowered until they leave that room, and the
 * room that is truly left as an argument of its own, exp(room/δ − 1).
 *
 * @param x  contents of one surface [n], lowered in place
 */
export const crowdedSurface = ({ n, width, limits }: Surfaces, reaction: Reaction, x: Float64Array) => {
  /** Which limit the surface has reached, and the factor its contents were lowered by. */
  let binding = -1
  let lowered = 1
  return {
    /** Lowers x where it leaves too little room, and sets the room. */
    lower(): void {
      binding = -1
      const { room } = reaction
      if (!room) return
      room[0] = 1
      for (let k = 0; k < limits.length; k++) {
        let used = 0
        for (let i = 0; i < n; i++) used += limits[k][i] * x[i]
        if (1 - used >= crowdedBelow) continue
        binding = k
        room[0] = Math.exp((1 - used) / crowdedBelow - 1)
        lowered = (1 - crowdedBelow) / used
        for (let i = 0; i < n; i++) x[i] *= lowered
        return
      }
    },
    /** Slopes of particle p by the lowered contents, as slopes by the contents themselves and by the room they leave. */
    slopes(p: number, bySurface: Float64Array): void {
      if (binding < 0) return
      const share = limits[binding]
      const { room, byRoom, filmShare } = reaction
      let sum = 0
      for (let i = 0; i < n; i++) sum += byRoom![i]
      for (let i = 0; i < n; i++) {
        const slope = ((byRoom![i] - filmShare[i] * sum) * room![0]) / crowdedBelow
        const row = (p * n + i) * width
        let along = 0
        for (let l = 0; l < n; l++) along += bySurface[row + l] * x[l]
        for (let l = 0; l < n; l++)
          bySurface[row + l] =
            lowered * (bySurface[row + l] - (along * share[l]) / (1 - crowdedBelow)) - slope * share[l]
      }
    },
  }
}
