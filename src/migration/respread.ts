import { type Structure, withPositions } from '../crystal/structure.ts'
import { type Band, newBand, pathCoordinate } from './band.ts'

/** Images spread evenly along the broken line through others; nothing where those are too few to say more than a guess. */
export const respread = (images: readonly Structure[], count: number): { readonly from?: readonly Structure[] } => {
  if (images.length < 4) return {}
  const size = images[0].positions.length
  const old: Band = { ...newBand(images.length, size) }
  images.forEach((image, i) => {
    old.R.set(image.positions, i * size)
  })
  const s = pathCoordinate(old)
  const last = images.length - 1
  let j = 0
  return {
    from: Array.from({ length: count }, (_, i) => {
      if (i === 0) return images[0]
      if (i === count - 1) return images[last]
      const target = (s[last] * i) / (count - 1)
      while (j < last - 1 && s[j + 1] < target) j++
      const share = s[j + 1] > s[j] ? (target - s[j]) / (s[j + 1] - s[j]) : 0
      const b = images[j + 1].positions
      return withPositions(
        images[0],
        images[j].positions.map((x, k) => x + share * (b[k] - x)),
      )
    }),
  }
}
