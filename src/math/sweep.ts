/**
 * Sweeps over rows of pairs, compiled to WebAssembly as `vector-loop.ts` compiles loops: what a row is given may come from the row
 * before, while the pairs of a row are independent of each other (the shells of particles, two particles side by side). The
 * pairs are the inner loop, so that no pair waits for its own row before.
 */
import { evaluation, type Leaf, type Term, usesOf } from './term.ts'
import { type CompiledLoop, inMemory, type VectorMemory } from './vector-loop.ts'
import { instructions, type, type WasmFunction } from './wasm-bytes.ts'

/** How the place of an address moves [numbers]: from pair to pair, from row to row, and how far apart the two of a pair lie. */
export type Path = { readonly pair: number; readonly row: number; readonly apart?: number }

export type Place = Leaf & { readonly kind: 'apart' | 'beside' }

/** Two numbers `offset` further than the place of an address: one of each of the two, as far apart as its path says. */
export const apart = (address: number, offset: number): Place => ({ kind: 'apart', address, offset })
/** The same that lie beside each other, `offset` pairs further. */
export const beside = (address: number, offset: number): Place => ({ kind: 'beside', address, offset })
/** One number at the place of an address, for both. */
export const same = (address: number): Leaf => ({ kind: 'same', address })

export type Sweep = {
  readonly pairs: number
  /** By address; those of coefficients and tables do not move. */
  readonly paths: readonly Path[]
  readonly numbers?: number
  /** In this order. A term used again keeps the value it had when it was first used. */
  readonly sets: readonly (readonly [Place, Term])[]
  /** The least of a term over all rows and pairs, one of each of the two, left at an address; 0 where it is above. */
  readonly least?: { readonly address: number; readonly term: Term }
}

const bytes = 8
const bytesOfPair = 16

/** Parameters: rows, addresses (which become places), numbers. */
const compile = (name: string, { pairs, paths, numbers = 0, sets, least }: Sweep): WasmFunction => {
  const uses = usesOf([...sets.map(([, value]) => value), ...(least ? [least.term] : [])])
  const parameters = [type.i32, ...paths.map(() => type.i32), ...Array<number>(numbers).fill(type.f64)]
  const locals: number[] = []
  const local = (kind: number): number => parameters.length + locals.push(kind) - 1
  const code = instructions()
  const left = local(type.i32)
  const lowest = local(type.v128)
  const farther = ({ address }: Place): number => bytes * (paths[address].apart ?? 0)
  const leaf = (term: Leaf): void => {
    const at = 1 + term.address
    code.get(at)
    if (term.kind === 'same') code.loadTwice(0)
    else if (term.kind === 'beside') code.load(bytesOfPair * term.offset)
    else if (term.kind === 'apart') {
      code.get(at)
      code.loadFirst(bytes * term.offset)
      code.loadSecond(bytes * term.offset + farther(term as Place))
    } else throw new Error(`sweeps: ${name} cannot take a number that is ${term.kind}`)
  }
  const { evaluate, anew } = evaluation(code, uses, { addresses: 1, numbers: 1 + paths.length, local, leaf })
  const value = local(type.v128)
  const move = (numbersOf: (path: Path) => number): void => {
    for (const [k, path] of paths.entries()) {
      const distance = numbersOf(path)
      if (distance === 0) continue
      code.get(1 + k)
      code.integer(bytes * distance)
      code.plus()
      code.set(1 + k)
    }
  }
  const count = (place: number): void => {
    code.get(place)
    code.integer(1)
    code.minus()
    code.keep(place)
    code.again()
    code.end()
  }
  code.loop()
  code.integer(pairs)
  code.set(left)
  code.loop()
  anew()
  for (const [to, term] of sets) {
    const at = 1 + to.address
    if (to.kind === 'beside') {
      code.get(at)
      evaluate(term)
      code.store(bytesOfPair * to.offset)
      continue
    }
    evaluate(term)
    code.set(value)
    code.get(at)
    code.get(value)
    code.storeFirst(bytes * to.offset)
    code.get(at)
    code.get(value)
    code.storeSecond(bytes * to.offset + farther(to))
  }
  if (least) {
    code.get(lowest)
    evaluate(least.term)
    code.smaller()
    code.set(lowest)
  }
  move(path => path.pair)
  count(left)
  move(path => path.row - pairs * path.pair)
  count(0)
  if (least) {
    code.get(1 + least.address)
    code.get(lowest)
    code.store(0)
  }
  code.end()
  return { name, parameters, locals, code: code.bytes }
}

/** Sweeps by name, compiled once, for each memory they are to work on. */
export const sweepsOf = (
  sweeps: Readonly<Record<string, Sweep>>,
): ((memory: VectorMemory) => Readonly<Record<string, CompiledLoop>>) =>
  inMemory(() => Object.entries(sweeps).map(([name, sweep]) => compile(name, sweep)))
