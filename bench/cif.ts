/**
 * Reading CIF: MB/s, beside ASE and pymatgen where installed, for a file of symmetry (a large general-position cell of
 * Fm-3m) and for one of many atoms in P 1; and how the time grows from 1,000 to 100,000 atoms (1 is linear).
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCif } from '../src/crystal/formats/cif.ts'
import { writeCif } from '../src/crystal/formats/cif-write.ts'
import { operationWord } from '../src/crystal/formats/operation.ts'
import { operationsOfGroup } from '../src/crystal/formats/space-group.ts'
import { latticeOf } from '../src/crystal/lattice.ts'
import { loadSymmetry } from '../src/crystal/load-symmetry.ts'
import { cpuOf, printTable, spreadOf, timeCells } from './measure.ts'
import { python } from './peer.ts'

loadSymmetry()
const side = (atoms: number) => 3 * Math.cbrt(atoms)

/** Atoms on a jittered grid: no two overlap. */
const grid = (atoms: number): Float64Array => {
  const per = Math.ceil(Math.cbrt(atoms))
  return Float64Array.from({ length: 3 * atoms }, (_, k) => {
    const i = Math.floor(k / 3)
    const cell = [i % per, Math.floor(i / per) % per, Math.floor(i / per ** 2)][k % 3]
    return ((cell + 0.2 * Math.sin(7 * k)) / per) * side(atoms)
  })
}

const plain = (atoms: number): string => {
  const a = side(atoms)
  return writeCif({
    species: Array.from({ length: atoms }, (_, i) => ['Mo', 'S', 'Li', 'Mg'][i % 4]),
    lattice: latticeOf({ lengths: [a, a, a], angles: [90, 90, 90] }),
    positions: grid(atoms),
  })
}

const symmetric = (): string => {
  const cell = { lengths: [60, 60, 60], angles: [90, 90, 90] } as const
  const operations = operationsOfGroup({ hermannMauguin: 'F m -3 m' }, cell, { file: 'bench' })
  // well inside the asymmetric unit, 0 < x < y < z < ¼: no image comes near
  const rows = Array.from({ length: 20 }, (_, k) => {
    const [x, y, z] = [0.015 + 0.002 * (k % 2), 0.06 + 0.016 * (k % 4), 0.15 + 0.016 * Math.floor(k / 4)]
    return `S${k} S ${x} ${y.toFixed(4)} ${z.toFixed(4)} 1`
  })
  return [
    'data_symmetric',
    ...['a', 'b', 'c'].map(axis => `_cell_length_${axis} 60`),
    ...['alpha', 'beta', 'gamma'].map(angle => `_cell_angle_${angle} 90`),
    "_symmetry_space_group_name_H-M 'F m -3 m'",
    '_symmetry_Int_Tables_number 225',
    'loop_\n_symmetry_equiv_pos_as_xyz',
    ...operations.map(operation => `'${operationWord(operation)}'`),
    'loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy',
    ...rows,
    '',
  ].join('\n')
}

type Peers = Readonly<Record<string, { readonly version: string; readonly cpu: readonly number[] }>>

const folder = mkdtempSync(join(tmpdir(), 'dualion-bench-'))
const script = fileURLToPath(new URL('./ase_cif_peer.py', import.meta.url))
try {
  for (const [title, text, repeats] of [
    ['CIF of 20 sites in F m -3 m (3,840 atoms)', symmetric(), 5],
    ['CIF of 500 atoms in P 1', plain(500), 3],
  ] as const) {
    const file = join(folder, 'bench.cif')
    writeFileSync(file, text)
    const ours = cpuOf(() => readCif(text, file), { warm: 5, repeats: 10 })
    const run = spawnSync(python, [script, file, String(repeats)], { encoding: 'utf8' })
    const peers: Peers = run.status === 0 ? JSON.parse(run.stdout.trim().split('\n').at(-1)!) : {}
    const speed = (times: readonly number[]) => `${(text.length / 1e3 / Math.min(...times)).toPrecision(3)} MB/s`
    const best = Math.min(...ours)
    const rows = [['dualion', ...timeCells(ours), speed(ours), '1']]
    for (const [name, { version, cpu }] of Object.entries(peers)) {
      const times = cpu.map(s => s * 1000)
      rows.push([`${name} ${version}`, ...timeCells(times), speed(times), (Math.min(...times) / best).toPrecision(3)])
    }
    printTable(title, ['', 'min', 'mean ± sd', 'speed', 'time / ours'], rows)
    if (Object.keys(peers).length === 0)
      console.log(`neither ASE nor pymatgen installed (${python}; set DUALION_PYTHON)`)
  }
  const sizes = [1000, 10_000, 100_000]
  const times = sizes.map(size => {
    const text = plain(size)
    return {
      size,
      bytes: text.length,
      ms: spreadOf(cpuOf(() => readCif(text, 'bench.cif'), { warm: 1, repeats: 3 })).min,
    }
  })
  printTable(
    'Growth with the file, P 1',
    ['atoms', 'size / MB', 'time / ms', 'MB/s', 'exponent'],
    times.map(({ size, bytes, ms }, k) => [
      String(size),
      (bytes / 1e6).toFixed(2),
      ms.toPrecision(3),
      (bytes / 1e3 / ms).toPrecision(3),
      k === 0 ? '' : (Math.log(ms / times[k - 1].ms) / Math.log(bytes / times[k - 1].bytes)).toFixed(2),
    ]),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
