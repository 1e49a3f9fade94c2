/**
 * The bytes of a WebAssembly module: numbers, sections and the few instructions that loops over numbers need.
 *
 * Source: computed: the engine refuses a module that is not valid, and the loops are tested against plain ones
 */

/** Types of values: 32-bit integers (addresses, counts), doubles, two doubles side by side. */
export const type = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const

/** Adds an unsigned or a signed integer in groups of seven bits, the lowest first. */
export const addUnsigned = (bytes: number[], value: number): void => {
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest)
}
export const addSigned = (bytes: number[], value: number): void => {
  let rest = value
  for (; rest > 63 || rest < -64; rest >>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest & 127)
}

const addAll = (bytes: number[], more: ArrayLike<number>): void => {
  for (let i = 0; i < more.length; i++) bytes.push(more[i])
}

/** A list of bytes: how many, then each. */
const addList = (bytes: number[], more: ArrayLike<number>): void => {
  addUnsigned(bytes, more.length)
  addAll(bytes, more)
}

const addText = (bytes: number[], name: string): void => {
  addUnsigned(bytes, name.length)
  for (let i = 0; i < name.length; i++) bytes.push(name.charCodeAt(i))
}

/** A double lies at a multiple of 2³ bytes. */
const alignment = 3

/** Instructions of one function, each said by what it does to the stack. An address is what is on the stack + `offset` bytes. */
export const instructions = () => {
  const bytes: number[] = []
  const withNumber =
    (...code: number[]) =>
    (value: number): void => {
      addAll(bytes, code)
      addUnsigned(bytes, value)
    }
  const plain =
    (...code: number[]) =>
    (): void => {
      addAll(bytes, code)
    }
  const lane =
    (code: number, index: number) =>
    (offset: number): void => {
      bytes.push(0xfd, code, alignment)
      addUnsigned(bytes, offset)
      bytes.push(index)
    }
  return {
    bytes,
    get: withNumber(0x20),
    set: withNumber(0x21),
    /** Sets and leaves the value. */
    keep: withNumber(0x22),
    integer(value: number): void {
      bytes.push(0x41)
      addSigned(bytes, value)
    },
    plus: plain(0x6a),
    minus: plain(0x6b),
    times: plain(0x6c),
    /** Begins a loop; `again` goes back to its begin unless the integer on the stack is 0, `end` ends it, and a function. */
    loop: plain(0x03, 0x40),
    again: plain(0x0d, 0),
    end: plain(0x0b),
    /** The integer below, times two to the one on top. */
    shift: plain(0x74),
    /** A number. */
    number(value: number): void {
      bytes.push(0x44)
      addAll(bytes, new Uint8Array(Float64Array.of(value).buffer))
    },
    storeNumber: withNumber(0x39, alignment),
    addNumbers: plain(0xa0),
    /** Two numbers. */
    load: withNumber(0xfd, 0x00, alignment),
    store: withNumber(0xfd, 0x0b, alignment),
    /** One number twice: from memory, from the stack. */
    loadTwice: withNumber(0xfd, 0x0a, alignment),
    twice: plain(0xfd, 0x14),
    zeros: plain(0xfd, 0x0c, ...Array(16).fill(0)),
    half: withNumber(0xfd, 0x21),
    /** A number from memory and 0; then, into the pair on the stack, the second from the address below it. */
    loadFirst: withNumber(0xfd, 0x5d, alignment),
    loadSecond: lane(0x57, 1),
    /** One number of a pair, to memory. */
    storeFirst: lane(0x5b, 0),
    storeSecond: lane(0x5b, 1),
    /** The whole numbers towards zero; one of them; the numbers that they are. */
    wholes: plain(0xfd, 0xfc, 0x01),
    whole: withNumber(0xfd, 0x1b),
    fromWholes: plain(0xfd, 0xfe, 0x01),
    /** Where the pair below is greater: all bits, else none; the bits that both have. */
    greater: plain(0xfd, 0x4a),
    both: plain(0xfd, 0x4e),
    /** The bits that either has; 64 bits moved to the left, or to the right, by the integer on top. */
    either: plain(0xfd, 0x50),
    bitsLeft: plain(0xfd, 0xcb, 0x01),
    bitsRight: plain(0xfd, 0xcd, 0x01),
    /** The pair on top where it is smaller, or larger, else the one below. */
    smaller: plain(0xfd, 0xf6, 0x01),
    larger: plain(0xfd, 0xf7, 0x01),
    /** Of two pairs the first numbers, or the second ones. */
    firsts: plain(0xfd, 0x0d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
    seconds: plain(0xfd, 0x0d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31),
    size: plain(0xfd, 0xec, 0x01),
    add: plain(0xfd, 0xf0, 0x01),
    subtract: plain(0xfd, 0xf1, 0x01),
    multiply: plain(0xfd, 0xf2, 0x01),
    divide: plain(0xfd, 0xf3, 0x01),
  }
}

export type Instructions = ReturnType<typeof instructions>

export type WasmFunction = {
  readonly name: string
  /** Types of its parameters and of its other locals, which follow them; it returns nothing. */
  readonly parameters: readonly number[]
  readonly locals: readonly number[]
  /** Instructions, its end included. */
  readonly code: readonly number[]
}

/** A module of functions over one memory, which it imports as `vectors.memory`. */
export const wasmModule = (functions: readonly WasmFunction[]): Uint8Array => {
  const all: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const section = (id: number, count: number, fill: (bytes: number[]) => void): void => {
    const body: number[] = []
    addUnsigned(body, count)
    fill(body)
    all.push(id)
    addList(all, body)
  }
  const each = (id: number, add: (bytes: number[], f: WasmFunction, k: number) => void): void =>
    section(id, functions.length, bytes => {
      for (const [k, f] of functions.entries()) add(bytes, f, k)
    })
  each(1, (bytes, { parameters }) => {
    bytes.push(0x60)
    addList(bytes, parameters)
    bytes.push(0)
  })
  section(2, 1, bytes => {
    addText(bytes, 'vectors')
    addText(bytes, 'memory')
    bytes.push(2, 0, 0)
  })
  each(3, (bytes, _, k) => addUnsigned(bytes, k))
  each(7, (bytes, { name }, k) => {
    addText(bytes, name)
    bytes.push(0)
    addUnsigned(bytes, k)
  })
  each(10, (bytes, { locals, code }) => {
    const body: number[] = []
    addUnsigned(body, locals.length)
    for (const local of locals) body.push(1, local)
    addAll(body, code)
    addList(bytes, body)
  })
  return new Uint8Array(all)
}
