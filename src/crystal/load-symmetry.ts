import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initSymmetry } from './symmetry.ts'

let loaded = false

/** Starts the symmetry finder in Node: reads its WebAssembly from the installed package, once. */
export const loadSymmetry = (): void => {
  if (loaded) return
  const file = createRequire(import.meta.url).resolve('@spglib/moyo-wasm/moyo_wasm_bg.wasm')
  initSymmetry(new Uint8Array(readFileSync(file)))
  loaded = true
}
