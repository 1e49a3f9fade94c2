import { determinant, multiply } from '../../math/mat3.ts'
import type { Operation } from '../symmetry.ts'
import { type Place, rejectFile, rejectValue } from './text.ts'

export const identityOperation: Operation = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] }

/** Most operations of one list: the 192 of the largest groups, for cells of several. */
const mostOperations = 2048

/** Decimals such as 0.3333 stand for the fractions of crystallography, whose denominators divide 24. */
const denominator = 24
const roundedBy = 1e-3

const term = /([+-]?)(?:(\d+\.?\d*|\.\d+)(?:\/(\d+))?)?\*?([xyz])?/g

/**
 * Operation of `-y, x-y, z+1/3`, in any order of terms and case: f' = f·rotation + translation.
 *
 * @throws SimulationError (`input`) for what is none
 */
export const operationOf = (word: string, place: Place): Operation => {
  const allowed = 'three parts of x, y, z and fractions, as -y, x-y, z+1/3'
  const parts = word
    .toLowerCase()
    .replace(/[\s'"]+/g, '')
    .split(/[,;]/)
  if (parts.length !== 3) return rejectValue(place, 'symmetry operation', word, allowed)
  const rotation = new Array<number>(9).fill(0)
  const translation = [0, 0, 0]
  parts.forEach((part, row) => {
    let used = 0
    for (const [whole, sign, size, divisor, axis] of part.matchAll(term)) {
      if (whole === '' || (size === undefined && axis === undefined)) continue
      used += whole.length
      const value = (sign === '-' ? -1 : 1) * (size === undefined ? 1 : Number(size) / Number(divisor ?? 1))
      if (axis === undefined) translation[row] += value
      else rotation[3 * 'xyz'.indexOf(axis) + row] += value
    }
    if (used !== part.length || part === '') rejectValue(place, 'symmetry operation', word, allowed)
  })
  if (!rotation.every(Number.isInteger) || Math.abs(determinant(rotation)) !== 1 || !translation.every(Number.isFinite))
    rejectValue(place, 'symmetry operation', word, `${allowed}, that keep the volume`)
  return { rotation: rotation.map(value => value + 0), translation: translation.map(rounded) }
}

/** Into [0, 1), at the nearest fraction of 24 where one is near. */
const rounded = (value: number): number => {
  const near = Math.round(value * denominator)
  if (Math.abs(value * denominator - near) >= roundedBy * denominator) return wrapped(value)
  return (((near % denominator) + denominator) % denominator) / denominator
}

const wrapped = (value: number): number => {
  const inside = value - Math.floor(value)
  return inside > 1 - 1e-9 ? 0 : inside
}

/** The operation as CIF writes it. */
export const operationWord = ({ rotation, translation }: Operation): string =>
  [0, 1, 2]
    .map(row => {
      const terms = ['x', 'y', 'z'].flatMap((axis, k) => {
        const size = rotation[3 * k + row]
        return size === 0 ? [] : [`${size < 0 ? '-' : '+'}${Math.abs(size) === 1 ? '' : Math.abs(size)}${axis}`]
      })
      const shift = translation[row]
      if (shift !== 0) terms.push(`+${fraction(shift)}`)
      return terms.join('').replace(/^\+/, '') || '0'
    })
    .join(', ')

const fraction = (value: number): string => {
  for (const below of [2, 3, 4, 6, 8, 12, 24]) {
    const above = value * below
    if (Math.abs(above - Math.round(above)) < 1e-9) return `${Math.round(above)}/${below}`
  }
  return String(value)
}

const keyOf = ({ rotation, translation }: Operation): string =>
  `${Array.from(rotation, value => value + 0).join(' ')}|${Array.from(translation, value => Math.round(wrapped(value) * 1440) % 1440).join(' ')}`

/** The second after the first: (f·W + w)·V + v. */
const product = (second: Operation, first: Operation): Operation => {
  const { rotation: V, translation: v } = second
  const { rotation: W, translation: w } = first
  return {
    rotation: Array.from(multiply(W, V)),
    translation: [0, 1, 2].map(d => w[0] * V[d] + w[1] * V[3 + d] + w[2] * V[6 + d] + v[d]),
  }
}

/**
 * The operations once each, the identity among them; refused where they are no group, since a list that was cut off would
 * make a wrong crystal without a word. Subgroups are grown from a few generators: O(n log n) products.
 *
 * @param note  told what was added
 */
export const groupOf = (
  list: readonly Operation[],
  place: Place,
  note?: (text: string) => void,
): readonly Operation[] => {
  if (list.length > mostOperations)
    rejectFile(place, `${list.length} symmetry operations, allowed: at most ${mostOperations}`)
  const known = new Map(list.map(operation => [keyOf(operation), operation]))
  const unit = keyOf(identityOperation)
  if (!known.has(unit)) {
    note?.('the list of symmetry operations lacks x, y, z; it was added')
    known.set(unit, identityOperation)
  }
  const reached = new Map([[unit, identityOperation]])
  const generators: Operation[] = []
  for (const [key, operation] of known) {
    if (reached.has(key)) continue
    generators.push(operation)
    const waiting = [...reached.values()]
    for (let k = 0; k < waiting.length; k++) {
      for (const generator of generators) {
        const next = product(generator, waiting[k])
        const nextKey = keyOf(next)
        if (reached.has(nextKey)) continue
        const listed = known.get(nextKey)
        if (!listed)
          return rejectFile(
            place,
            `the ${list.length} symmetry operations are no group: ${operationWord(generator)} after ${operationWord(waiting[k])} is missing (is the list cut off?)`,
          )
        reached.set(nextKey, listed)
        waiting.push(listed)
      }
    }
  }
  return [...known.values()]
}
