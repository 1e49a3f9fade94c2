import { type CompiledLoop, inMemory, vectorMemory } from './vector-loop.ts'
import { instructions, type, type WasmFunction } from './wasm-bytes.ts'

/**
 * Symmetric positive definite matrices whose rows begin somewhere: row i of the lower triangle holds columns first[i] … i
 * (an envelope, or skyline). Elimination fills nothing outside. Entry (i, j) stands at start[i] + j. Rows lie in blocks of four
 * that begin at one column, itself that of a block: sums over what two blocks share have no ends that stick out.
 */
export type Envelope = {
  readonly size: number
  /** First column of each row. */
  readonly first: Int32Array
  /** Place of column 0 of each row (before the row itself where first > 0). */
  readonly start: Int32Array
  /** Numbers in all. */
  readonly length: number
  /** First column of each block, and what its rows lie apart. */
  readonly blockFirst: Int32Array
  readonly blockWidth: Int32Array
}

const block = 4

/** @param begin column of the first entry of each row, ≤ the row: rows of a block begin at the first of theirs */
export const envelopeOf = (begin: Int32Array): Envelope => {
  const size = begin.length
  const blocks = Math.ceil(size / block)
  const blockFirst = Int32Array.from({ length: blocks }, (_, b) => {
    let first = size
    for (let i = block * b; i < Math.min(size, block * (b + 1)); i++) first = Math.min(first, begin[i])
    return block * Math.floor(first / block)
  })
  const blockWidth = blockFirst.map((first, b) => block * (b + 1) - first)
  const start = new Int32Array(size)
  let length = 0
  for (let b = 0; b < blocks; b++) {
    for (let r = 0; r < block && block * b + r < size; r++)
      start[block * b + r] = length + r * blockWidth[b] - blockFirst[b]
    length += block * blockWidth[b]
  }
  const first = Int32Array.from({ length: size }, (_, i) => blockFirst[Math.floor(i / block)])
  return { size, first, start, length, blockFirst, blockWidth }
}

/** A matrix that can be factored, to be filled in; its memory is the kernel's. */
export type EnvelopeMatrix = {
  readonly envelope: Envelope
  /** [envelope.length] */
  readonly values: Float64Array
  readonly subtractProduct: CompiledLoop
}

export const envelopeMatrix = (envelope: Envelope): EnvelopeMatrix => {
  const memory = vectorMemory(Math.max(envelope.length, 1))
  return { envelope, values: memory.vector(envelope.length), subtractProduct: kernelIn(memory).subtractProduct }
}

/**
 * C −= A Bᵀ of blocks of four rows: addresses of the first entries of A, B and C, bytes from row to row of A (and C) and of B, and
 * columns of A and B, a multiple of four above 0. Two columns of C at a time are eight pairs of sums, which stay in registers.
 */
const subtractProduct = (): WasmFunction => {
  const [a, b, c, aStride, bStride, columns] = [0, 1, 2, 3, 4, 5]
  const parameters = Array(6).fill(type.i32)
  const locals: number[] = []
  const local = (kind: number): number => parameters.length + locals.push(kind) - 1
  const left = local(type.i32)
  const rows = [0, 1, 2, 3].map(() => local(type.i32))
  const others = [0, 1].map(() => local(type.i32))
  const sums = rows.map(() => others.map(() => local(type.v128)))
  const factors = others.map(() => local(type.v128))
  const value = local(type.v128)
  const code = instructions()
  const pointers = (list: readonly number[], base: number, stride: number): void => {
    for (const [k, pointer] of list.entries()) {
      code.get(k === 0 ? base : list[k - 1])
      if (k > 0) {
        code.get(stride)
        code.plus()
      }
      code.set(pointer)
    }
  }
  const moveOn = (pointer: number, by: number): void => {
    code.get(pointer)
    code.integer(by)
    code.plus()
    code.set(pointer)
  }
  for (const half of [0, 1]) {
    pointers(rows, a, aStride)
    pointers(others, b, bStride)
    for (const sum of sums.flat()) {
      code.zeros()
      code.set(sum)
    }
    code.get(columns)
    code.set(left)
    code.loop()
    for (const offset of [0, 16]) {
      for (const [k, other] of others.entries()) {
        code.get(other)
        code.load(offset)
        code.set(factors[k])
      }
      for (const [r, row] of rows.entries()) {
        code.get(row)
        code.load(offset)
        code.set(value)
        for (const [k, factor] of factors.entries()) {
          code.get(sums[r][k])
          code.get(value)
          code.get(factor)
          code.multiply()
          code.add()
          code.set(sums[r][k])
        }
      }
    }
    for (const pointer of [...rows, ...others]) moveOn(pointer, 32)
    code.get(left)
    code.integer(4)
    code.minus()
    code.keep(left)
    code.again()
    code.end()
    pointers(rows, c, aStride)
    for (const [r, row] of rows.entries()) {
      code.get(row)
      code.get(row)
      code.load(16 * half)
      code.get(sums[r][0])
      code.get(sums[r][1])
      code.firsts()
      code.get(sums[r][0])
      code.get(sums[r][1])
      code.seconds()
      code.add()
      code.subtract()
      code.store(16 * half)
    }
    if (half === 0)
      for (const _ of others) {
        code.get(b)
        code.get(bStride)
        code.plus()
        code.set(b)
      }
  }
  code.end()
  return { name: 'subtractProduct', parameters, locals, code: code.bytes }
}

const kernelIn = inMemory(() => [subtractProduct()])

/**
 * A = L·Lᵀ in place. Cost Σ (i − first_i)²/2.
 *
 * @returns false where a pivot is not positive to working accuracy
 */
export const factorEnvelope = ({ envelope, values: a, subtractProduct }: EnvelopeMatrix): boolean => {
  const { size, blockFirst, blockWidth, start } = envelope
  const bytes = Float64Array.BYTES_PER_ELEMENT
  for (let I = 0; I < blockFirst.length; I++) {
    const i0 = block * I
    const width = blockWidth[I]
    const row = start[i0]
    for (let J = blockFirst[I] / block; J <= I; J++) {
      const j0 = block * J
      const from = Math.max(blockFirst[I], blockFirst[J])
      const other = start[j0]
      const w = blockWidth[J]
      if (from < j0)
        subtractProduct(
          bytes * (row + from) + a.byteOffset,
          bytes * (other + from) + a.byteOffset,
          bytes * (row + j0) + a.byteOffset,
          bytes * width,
          bytes * w,
          j0 - from,
        )
      if (J === I) {
        if (!factorBlock(a, row + i0, width, Math.min(block, size - i0))) return false
      } else {
        // X Lᵀ = C, row by row; the diagonal of L holds its inverse until all is done.
        const d = other + j0
        const l10 = a[d + w]
        const l20 = a[d + 2 * w]
        const l21 = a[d + 2 * w + 1]
        const l30 = a[d + 3 * w]
        const l31 = a[d + 3 * w + 1]
        const l32 = a[d + 3 * w + 2]
        const p0 = a[d]
        const p1 = a[d + w + 1]
        const p2 = a[d + 2 * w + 2]
        const p3 = a[d + 3 * w + 3]
        for (let c = row + j0, end = c + block * width; c < end; c += width) {
          const x0 = a[c] * p0
          const x1 = (a[c + 1] - x0 * l10) * p1
          const x2 = (a[c + 2] - x0 * l20 - x1 * l21) * p2
          a[c] = x0
          a[c + 1] = x1
          a[c + 2] = x2
          a[c + 3] = (a[c + 3] - x0 * l30 - x1 * l31 - x2 * l32) * p3
        }
      }
    }
  }
  for (let i = 0; i < size; i++) a[start[i] + i] = 1 / a[start[i] + i]
  return true
}

/** L of a block on the diagonal, its own diagonal inverted. */
const factorBlock = (a: Float64Array, at: number, width: number, size: number): boolean => {
  for (let i = 0; i < size; i++) {
    const row = at + i * width
    for (let j = 0; j <= i; j++) {
      const other = at + j * width
      let sum = a[row + j]
      for (let k = 0; k < j; k++) sum -= a[row + k] * a[other + k]
      if (j < i) a[row + j] = sum * a[other + j]
      else {
        if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return false
        a[row + i] = 1 / Math.sqrt(sum)
      }
    }
  }
  return true
}

/** Solves L·Lᵀ x = b in place with the factor of `factorEnvelope`. */
export const solveEnvelope = ({ values: l, envelope }: EnvelopeMatrix, b: Float64Array): void => {
  solveLower({ values: l, envelope }, b)
  const { size, first, start } = envelope
  for (let i = size - 1; i >= 0; i--) {
    const row = start[i]
    const x = b[i] / l[row + i]
    b[i] = x
    for (let k = first[i]; k < i; k++) b[k] -= x * l[row + k]
  }
}

/** Solves L y = b in place: |y|² is b·A⁻¹b. */
export const solveLower = (
  { values: l, envelope: { size, first, start } }: Pick<EnvelopeMatrix, 'values' | 'envelope'>,
  b: Float64Array,
): void => {
  // y begins where b does.
  let begin = 0
  while (begin < size && b[begin] === 0) begin++
  for (let i = begin; i < size; i++) {
    const row = start[i]
    let k = Math.max(first[i], begin)
    // Four sums at a time: one would wait for itself.
    let s0 = b[i]
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (; k + 3 < i; k += 4) {
      s0 -= l[row + k] * b[k]
      s1 -= l[row + k + 1] * b[k + 1]
      s2 -= l[row + k + 2] * b[k + 2]
      s3 -= l[row + k + 3] * b[k + 3]
    }
    for (; k < i; k++) s0 -= l[row + k] * b[k]
    b[i] = (s0 + s1 + (s2 + s3)) / l[row + i]
  }
}

/**
 * The entries of A⁻¹ = Z within the envelope, from the factor, without the rest of it. Cost as that of the factor, twice.
 *
 *   Z_IJ = −(Σ_(K > J) Z_IK L_KJ) L_JJ⁻¹,   I > J, backwards, block by block;  Z_JJ in the same way entry by entry
 *
 * @returns laid out as the matrix
 * Source: computed: Z L = L⁻ᵀ, read column by column where the right side is known
 */
export const inverseInEnvelope = ({ values: l, envelope }: EnvelopeMatrix): Float64Array => {
  const { size, start, length, blockFirst } = envelope
  const blocks = blockFirst.length
  // Rows of Z on both sides of the diagonal: from the first block that theirs reaches to the last that reaches theirs.
  const last = Int32Array.from(blockFirst, (_, b) => b)
  for (let I = 0; I < blocks; I++) for (let J = blockFirst[I] / block; J < I; J++) last[J] = I
  const width = last.map((to, b) => block * (to + 1) - blockFirst[b])
  const row = new Int32Array(blocks)
  let all = 0
  let widest = 0
  for (let b = 0; b < blocks; b++) {
    row[b] = all - blockFirst[b]
    all += block * width[b]
    widest = Math.max(widest, block * (last[b] - b))
  }
  const memory = vectorMemory(all + block * widest + block)
  const { subtractProduct } = kernelIn(memory)
  const z = memory.vector(all)
  const column = memory.vector(block * widest)
  const bytes = Float64Array.BYTES_PER_ELEMENT
  const d = new Float64Array(block * block)
  for (let J = blocks - 1; J >= 0; J--) {
    const j0 = block * J
    const reach = block * (last[J] - J)
    diagonalBlock(l, envelope, J, d)
    for (let K = J + 1; K <= last[J]; K++) {
      const from = block * (K - J - 1)
      for (let k = 0; k < block; k++) {
        const within = blockFirst[K] <= j0 && block * K + k < size
        for (let j = 0; j < block; j++) column[j * reach + from + k] = within ? l[start[block * K + k] + j0 + j] : 0
      }
    }
    for (let I = last[J]; I >= J; I--) {
      if (blockFirst[I] > j0) continue
      const at = row[I] + j0
      if (reach > 0)
        subtractProduct(
          bytes * (at + block) + z.byteOffset,
          column.byteOffset,
          bytes * at + z.byteOffset,
          bytes * width[I],
          bytes * reach,
          reach,
        )
      if (I === J) {
        ownBlock(d, z, at, width[J])
        break
      }
      for (let i = 0, c = at; i < block; i++, c += width[I]) {
        const x3 = z[c + 3] / d[15]
        const x2 = (z[c + 2] - x3 * d[14]) / d[10]
        const x1 = (z[c + 1] - x2 * d[9] - x3 * d[13]) / d[5]
        z[c] = (z[c] - x1 * d[4] - x2 * d[8] - x3 * d[12]) / d[0]
        z[c + 1] = x1
        z[c + 2] = x2
        z[c + 3] = x3
        for (let j = 0; j < block; j++) z[row[J] + j * width[J] + block * I + i] = z[c + j]
      }
    }
  }
  const out = new Float64Array(length)
  for (let i = 0; i < size; i++) {
    const b = Math.floor(i / block)
    const from = row[b] + (i - block * b) * width[b]
    out.set(z.subarray(from + blockFirst[b], from + i + 1), start[i] + blockFirst[b])
  }
  return out
}

/** L_JJ, [4, 4]; rows beyond the last are those of 1. */
const diagonalBlock = (l: Float64Array, { size, start }: Envelope, J: number, d: Float64Array): void => {
  for (let i = 0; i < block; i++) {
    const at = block * J + i
    for (let j = 0; j < block; j++)
      d[i * block + j] = at < size ? (j <= i ? l[start[at] + block * J + j] : 0) : i === j ? 1 : 0
  }
}

/**
 * A block on the diagonal of Z, in place of −Σ_(K > J) Z_JK L_KJ: its lower half column by column from the last, each entry copied
 * to the upper one, which would lose all its digits were it computed by itself.
 */
const ownBlock = (d: Float64Array, z: Float64Array, at: number, width: number): void => {
  for (let j = block - 1; j >= 0; j--)
    for (let i = block - 1; i >= j; i--) {
      const place = at + i * width + j
      let sum = i === j ? 1 / d[j * block + j] : 0
      sum += z[place]
      for (let k = j + 1; k < block; k++) sum -= z[at + i * width + k] * d[k * block + j]
      z[place] = sum / d[j * block + j]
      z[at + j * width + i] = z[place]
    }
}
