/** Fields of pairs as numbers of a short list: what two bytes a site can say need not be eight bytes for each carrier. */
import { normal } from './channels.ts'
import type { EventTables } from './events.ts'

/**
 * Where energies are of sites and pairs, the fields of a site follow from how many of its neighbours are of which kind: those that
 * have the same energies with every carrier here are one kind. The counts, one digit each, make the word of a site; `table` has its
 * fields, with the bits of the sums that `Hamiltonian.fields` makes (those are exact). A large lattice so fits in a smaller cache.
 */
export type FieldCodes = {
  /** Fields by word [eV], [words, n]. */
  readonly table: Float64Array
  /** By site, [sites]. */
  readonly words: Uint16Array
  /** What a hop adds to the words of the sites in `fieldAt`, by carrier, [·, n]. */
  readonly change: Int32Array
}

/** Words beyond which the table is no longer short. */
const mostWords = 2 ** 12

/** @returns undefined where there are too many kinds of neighbours */
export const fieldCodesOf = (tables: EventTables, sigma: Uint8Array): FieldCodes | undefined => {
  const { carriers: n, states, memberStart, memberTable, energies, siteEnergy } = tables.energies.tables
  const { perCell: S } = tables.run
  // by site of the cell and kind of neighbour: energies, how many there are at most, what one adds to the word
  const kinds = Array.from({ length: S }, () => new Map<string, { V: Float64Array; most: number; stride: number }>())
  const vectorOf = (m: number, b: number) =>
    Float64Array.from({ length: n }, (_, i) => energies[memberTable[m] + (i + 1) * states + b])
  for (let u = 0; u < S; u++)
    for (let m = memberStart[u]; m < memberStart[u + 1]; m++) {
      const seen = new Set<string>()
      for (let b = 1; b < states; b++) {
        const V = vectorOf(m, b)
        const key = V.join(' ')
        if (V.every(x => x === 0) || seen.has(key)) continue
        seen.add(key)
        const kind = kinds[u].get(key) ?? { V, most: 0, stride: 0 }
        kinds[u].set(key, kind)
        kind.most++
      }
    }
  const begin = new Int32Array(S + 1)
  for (let u = 0; u < S; u++) {
    let stride = 1
    for (const kind of kinds[u].values()) {
      kind.stride = stride
      stride *= kind.most + 1
      if (stride > mostWords) return undefined
    }
    begin[u + 1] = begin[u] + stride
  }
  if (begin[S] > mostWords) return undefined

  const table = new Float64Array(begin[S] * n)
  for (let u = 0; u < S; u++)
    for (let word = begin[u]; word < begin[u + 1]; word++)
      for (let i = 0; i < n; i++) {
        let sum = siteEnergy[u * states + i + 1]
        for (const { V, most, stride } of kinds[u].values())
          sum += (Math.floor((word - begin[u]) / stride) % (most + 1)) * V[i]
        table[word * n + i] = sum
      }
  const strideOf = (u: number, V: Float64Array): number => kinds[u].get(V.join(' '))?.stride ?? 0
  return {
    table,
    words: wordsOf(tables, sigma, begin, (u, m, b) => strideOf(u, vectorOf(m, b))),
    change: changesOf(tables, strideOf),
  }
}

const wordsOf = (
  { run, energies }: EventTables,
  sigma: Uint8Array,
  begin: Int32Array,
  strideOf: (u: number, m: number, b: number) => number,
): Uint16Array => {
  const { states, kind, row, others, memberStart } = energies.tables
  const strides = Int32Array.from({ length: memberStart[run.perCell] * states }, (_, k) => {
    const m = Math.floor(k / states)
    const u = memberStart.findLastIndex(first => first <= m)
    return k % states === 0 ? 0 : strideOf(u, m, k % states)
  })
  const words = new Uint16Array(run.sites)
  for (let s = 0; s < run.sites; s++) {
    const u = kind[s]
    let word = begin[u]
    for (let m = memberStart[u]; m < memberStart[u + 1]; m++)
      word += strides[m * states + sigma[others[row[s] + m - memberStart[u]]]]
    words[s] = word
  }
  return words
}

/** As `fieldChange` of the tables: neighbours of the site entered gain one, those of the site left lose one. */
const changesOf = (tables: EventTables, strideOf: (u: number, V: Float64Array) => number): Int32Array => {
  const { run, channels, aroundStart, aroundCell, aroundSite, fieldStart, fieldAt } = tables
  const { carriers: n, states, memberStart, memberPlace, memberTable, energies } = tables.energies.tables
  const change = new Int32Array(fieldAt.length * n)
  for (let j = 0; j < channels; j++) {
    const cellOf = (p: number) => [0, 1, 2].map(d => aroundCell[3 * (aroundStart[j] + p) + d])
    const keyOf = (site: number, cell: readonly number[]) => `${site} ${normal(run, cell).join(' ')}`
    const entries = new Map<string, number>()
    for (let q = fieldStart[j]; q < fieldStart[j + 1]; q++)
      entries.set(keyOf(aroundSite[aroundStart[j] + fieldAt[q]], cellOf(fieldAt[q])), q)
    for (const end of [0, 1]) {
      const site = aroundSite[aroundStart[j] + end]
      const cell = cellOf(end)
      for (let m = memberStart[site]; m < memberStart[site + 1]; m++) {
        const { site: other, image } = memberPlace[m]
        const beyond = image.map((c, d) => c + cell[d])
        const q = entries.get(keyOf(other, beyond))
        // neighbours of both ends in the same way are not named: nothing changes for them
        if (q === undefined) continue
        for (let a = 0; a < n; a++) {
          const V = Float64Array.from({ length: n }, (_, i) => energies[memberTable[m] + (a + 1) * states + i + 1])
          change[q * n + a] += (end === 0 ? -1 : 1) * strideOf(other, V)
        }
      }
    }
  }
  return change
}
