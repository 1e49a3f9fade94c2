/**
 * The bytes of a WebAssembly module: numbers, sections and the few instructions that loops over vectors of numbers need.
 *
 * Source: computed: the encoding is held by the engine, which refuses a module that is not valid, and by the tests of its loops
 */

/** Types of values: 32-bit integers (addresses, counts), doubles, two doubles side by side. */
export const type = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const

/** An unsigned or signed integer in groups of seven bits, the lowest first. */
export const unsigned = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest)
  return bytes
}
export const signed = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  for (; rest > 63 || rest < -64; rest >>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest & 127)
  return bytes
}

/** A list: how many, then each. */
export const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()]

const text = (name: string): number[] => list([...name].map(letter => [letter.charCodeAt(0)]))
const section = (id: number, body: readonly number[]): number[] => [id, ...unsigned(body.length), ...body]
const simd = (code: number): number[] => [0xfd, ...unsigned(code)]
/** Address = what is on the stack + offset [bytes]; 2³ bytes is how a double lies. */
const access = (offset: number): number[] => [3, ...unsigned(offset)]

/** Instructions, by what they do to the stack. */
export const op = {
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  /** Sets and leaves the value. */
  keep: (local: number) => [0x22, ...unsigned(local)],
  integer: (value: number) => [0x41, ...signed(value)],
  plus: [0x6a],
  minus: [0x6b],
  times: [0x6c],
  /** Begins a loop; `again` goes back to its begin unless the integer on the stack is 0, `end` ends it, and a function. */
  loop: [0x03, 0x40],
  again: [0x0d, 0],
  end: [0x0b],
  storeNumber: (offset: number) => [0x39, ...access(offset)],
  addNumbers: [0xa0],
  load: (offset: number) => [...simd(0x00), ...access(offset)],
  store: (offset: number) => [...simd(0x0b), ...access(offset)],
  /** One number twice: from memory, from the stack. */
  loadTwice: (offset: number) => [...simd(0x0a), ...access(offset)],
  twice: simd(0x14),
  half: (which: 0 | 1) => [...simd(0x21), which],
  add: simd(0xf0),
  subtract: simd(0xf1),
  multiply: simd(0xf2),
  divide: simd(0xf3),
  size: simd(0xec),
} as const

export type WasmFunction = {
  readonly name: string
  /** Types of its parameters and of its other locals, which follow them; it returns nothing. */
  readonly parameters: readonly number[]
  readonly locals: readonly number[]
  readonly code: readonly number[]
}

/** A module of functions over one memory, which it imports as `vectors.memory`. */
export const wasmModule = (functions: readonly WasmFunction[]): Uint8Array =>
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(functions.map(f => [0x60, ...list(f.parameters.map(p => [p])), 0]))),
    ...section(2, list([[...text('vectors'), ...text('memory'), 2, 0, 0]])),
    ...section(3, list(functions.map((_, k) => unsigned(k)))),
    ...section(7, list(functions.map((f, k) => [...text(f.name), 0, ...unsigned(k)]))),
    ...section(
      10,
      list(
        functions.map(f => {
          const body = [...list(f.locals.map(local => [1, local])), ...f.code, ...op.end]
          return [...unsigned(body.length), ...body]
        }),
      ),
    ),
  ])
