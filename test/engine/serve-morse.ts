/** A process that offers the Morse engine of the tests: serve-morse.ts SOCKET STRUCTURE.extxyz */
import { readFileSync } from 'node:fs'
import { serve } from '../../src/engine/ipi/index.ts'
import { morse } from '../../src/engine/morse.ts'

const [path, file] = process.argv.slice(2)
const [, , ...atoms] = readFileSync(file, 'utf8').trim().split('\n')
const species = atoms.map(line => line.split(' ')[0])
await serve(morse({ pairs: { 'Mg-S': { depth: 0.5, steepness: 1.5, length: 2.4 } }, cutoff: 6 }), {
  address: { path },
  structure: {
    species,
    lattice: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    positions: new Float64Array(3 * species.length),
  },
})
