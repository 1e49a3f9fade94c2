import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCif } from '../../../src/crystal/formats/cif.ts'
import { writeCif } from '../../../src/crystal/formats/cif-write.ts'
import { operationOf } from '../../../src/crystal/formats/operation.ts'
import { operationsOfGroup } from '../../../src/crystal/formats/space-group.ts'
import { fractionalPositions } from '../../../src/crystal/lattice.ts'
import { loadSymmetry } from '../../../src/crystal/load-symmetry.ts'
import { neighbourList } from '../../../src/crystal/neighbours.ts'
import { composition } from '../../../src/crystal/structure.ts'

loadSymmetry()
const cell = (a: number, b = a, c = a, angles = [90, 90, 90]) =>
  [a, b, c].map((value, k) => `_cell_length_${'abc'[k]} ${value}`).join('\n') +
  `\n${angles.map((value, k) => `_cell_angle_${['alpha', 'beta', 'gamma'][k]} ${value}`).join('\n')}\n`
const sites = (names: string, ...rows: readonly string[]) =>
  `loop_\n${names
    .split(' ')
    .map(name => `_atom_site_${name}`)
    .join('\n')}\n${rows.join('\n')}\n`
const read = (text: string, o: Parameters<typeof readCif>[2] = {}) => readCif(text, 'a.cif', o)

test('every way to write a value: quotes, text fields, comments, uncertainties, unknowns, any case and any layout', () => {
  const text = `#\\#CIF_1.1
# a comment _cell_length_a 99
data_Odd.Name#1 _Cell_Length_A 5.64(12) _CELL_LENGTH_B '5.64' _cell_length_c "5.64(1)" # after a value
_cell_angle_alpha 90.0 _cell_angle_beta 9.0E1 _cell_angle_gamma +90.(2)
_chemical_name 'it''s a dog's life'
_publ_section_title
;
data_not_a_block
loop_ _cell_length_a 1
 ;not the end
;
_empty ''
LOOP_ _symmetry_equiv_pos_site_id _symmetry_equiv_pos_as_xyz 1 'x, y, z' 2 "-x,-y,-z"
loop_
_atom_site_label _atom_site_fract_x _atom_site_fract_y
_atom_site_fract_z _atom_site_occupancy _atom_site_type_symbol
Na1 .1(1) 0.2 -0.3 . NA1+ Cl1
;0.4
;
2.5E-1 0.35 ? Cl1- Du1 ? . 0.5 1 Xx
`
  const notes: string[] = []
  const structure = read(text, { note: note => notes.push(note) })
  assert.equal(structure.name, 'Odd.Name#1')
  assert.deepEqual(structure.species, ['Na', 'Na', 'Cl', 'Cl'])
  assert.deepEqual(structure.labels, ['Na1', 'Na1', 'Cl1', 'Cl1'])
  assert.deepEqual([...structure.oxidation!], [1, 1, -1, -1])
  assert.deepEqual([...structure.lattice], [5.64, 0, 0, 0, 5.64, 0, 0, 0, 5.64])
  const f = fractionalPositions(structure)
  ;[0.1, 0.2, 0.7, 0.9, 0.8, 0.3, 0.4, 0.25, 0.35].forEach((value, k) => {
    assert.ok(Math.abs(f[k] - value) < 1e-12, `coordinate ${k}: ${f[k]}`)
  })
  assert.match(notes.join(), /1 of 3 sites have no coordinates/)
})

test('special positions written with few digits are one atom, and lie on their element of symmetry', () => {
  // wurtzite: the 2b site of P 63 m c with thirds of three digits, 0.0033 a apart from its image by symmetry
  const structure = read(
    `data_w\n_space_group_name_H-M_alt 'P 63 m c'\n${cell(3.82, 3.82, 6.26, [90, 90, 120])}${sites('label fract_x fract_y fract_z', 'Zn1 0.333 0.667 0', 'S1 0.333 0.667 0.3748')}`,
  )
  assert.deepEqual(composition(structure), { Zn: 2, S: 2 })
  const f = fractionalPositions(structure)
  assert.ok(Math.abs(f[0] - 1 / 3) < 1e-12 && Math.abs(f[1] - 2 / 3) < 1e-12)
  // four neighbours at the distance of the ideal position, not at four different ones
  const list = neighbourList(structure, 2.5)
  for (let i = 0; i < 4; i++) assert.equal(list.start[i + 1] - list.start[i], 4)
})

test('one site of several species, split sites, and atoms that a file lists twice', () => {
  const both = read(
    `data_m\n${cell(4)}${sites('label type_symbol fract_x fract_y fract_z occupancy', 'M1a Li+ 0 0 0 0.25', 'M1b Mg2+ 0 0 0 0.75(1)', 'O1 O2- 0.5 0.5 0.5 1', 'X1 S2- 0.5 0 0 0.5', 'X2 S2- 0.52 0 0 0.5')}`,
  )
  assert.deepEqual(both.species, ['Li', 'Mg', 'O', 'S', 'S'])
  assert.deepEqual([...both.occupancy!], [0.25, 0.75, 1, 0.5, 0.5])
  assert.deepEqual([...both.oxidation!], [1, 2, -2, -2, -2])
  const notes: string[] = []
  const twice = read(
    `data_t\n_space_group_name_H-M_alt 'P -1'\n${cell(5)}${sites('label fract_x fract_y fract_z', 'Mo1 0.1 0.2 0.3', 'Mo2 0.9 0.8 0.7', 'S1 0.5 0.5 0.5')}`,
    { note: text => notes.push(text) },
  )
  assert.deepEqual(composition(twice), { Mo: 2, S: 1 })
  assert.match(notes.join(), /2 atoms stand on the place of another/)
})

test('oxidation numbers from their own loop; left out, and said, where only some are known', () => {
  const text = (types: string) =>
    `data_o\n${cell(5)}loop_\n_atom_type_symbol\n_atom_type_oxidation_number\n${types}${sites('label type_symbol fract_x fract_y fract_z', 'Fe1 Fe3+ 0 0 0', 'O1 O 0.5 0.5 0.5')}`
  assert.deepEqual([...read(text('Fe3+ 3\nO -2\n')).oxidation!], [3, -2])
  const notes: string[] = []
  assert.equal(read(text('Fe 3\n'), { note: note => notes.push(note) }).oxidation, undefined)
  assert.match(notes.join(), /given for 1 of 2 sites only/)
})

test('elements from labels alone; capitals are settled by the formula, else refused', () => {
  const text = (label: string, formula = '?') =>
    `data_l\n_chemical_formula_sum ${formula}\n${cell(5)}${sites('label fract_x fract_y fract_z', `${label} 0 0 0`)}`
  const of = (label: string, formula?: string) => read(text(label, formula)).species[0]
  assert.equal(of('Mo1'), 'Mo')
  assert.equal(of('O12A'), 'O')
  assert.equal(of('Li(2)'), 'Li')
  assert.equal(of('LI1'), 'Li')
  assert.equal(of('D3'), 'H')
  assert.equal(of('CO1', "'Co O2'"), 'Co')
  assert.equal(of('CA', "'C2 H6'"), 'C')
  assert.throws(() => of('CO1'), /line \d+: _atom_site_label: "CO1" may be one element or another/)
  assert.throws(() => of('Q1'), /_atom_site_label: got "Q1"/)
})

test('Cartesian coordinates where there are no fractional ones, in the frame the file says', () => {
  const cartesian = (extra: string, ...rows: readonly string[]) =>
    read(`data_c\n${cell(4, 5, 6, [80, 95, 110])}${extra}${sites('label Cartn_x Cartn_y Cartn_z', ...rows)}`)
  const usual = cartesian('', 'Mo1 0.4 0.5 0.6', 'S1 1 2 3')
  ;[0.4, 0.5, 0.6, 1, 2, 3].forEach((value, k) => {
    assert.ok(Math.abs(usual.positions[k] - value) < 1e-12)
  })
  // the same crystal in a frame turned by 90° about z, (x, y) → (−y, x): columns of the matrix are the cell vectors there
  const A = usual.lattice
  const vectors = [0, 1, 2].map(k => [-A[3 * k + 1], A[3 * k], A[3 * k + 2]])
  const matrix = [0, 1, 2]
    .flatMap(i => [0, 1, 2].map(j => `_atom_sites_Cartn_tran_matrix_${i + 1}${j + 1} ${vectors[j][i]}\n`))
    .join('')
  const turned = cartesian(matrix, 'Mo1 -0.5 0.4 0.6', 'S1 -2 1 3')
  turned.positions.forEach((value, k) => {
    assert.ok(Math.abs(value - usual.positions[k]) < 1e-12)
  })
})

test('several data blocks: the first with atoms, or the one that is named', () => {
  const text = `data_global\n_journal_year 2001\ndata_one\n${cell(5)}${sites('label fract_x fract_y fract_z', 'Li1 0 0 0')}data_two\n${cell(6)}${sites('label fract_x fract_y fract_z', 'Mg1 0 0 0')}`
  assert.deepEqual(read(text).species, ['Li'])
  assert.deepEqual(read(text, { block: 'TWO' }).species, ['Mg'])
  assert.throws(() => read(text, { block: 'three' }), /data block: got "three", allowed: one of "global", "one", "two"/)
})

test('a crystal written with its operations lists one atom of each orbit and is read back whole', () => {
  for (const [hermannMauguin, a, c] of [
    ['F d -3 m :2', 18.2, 18.2],
    ['R -3 m :H', 16.8, 24],
    ['P 63/m m c', 17.2, 22],
    ['P n m a', 17, 16],
  ] as const) {
    const hexagonal = /^R|63/.test(hermannMauguin)
    const parameters = { lengths: [a, a, c], angles: [90, 90, hexagonal ? 120 : 90] } as const
    const operations = operationsOfGroup({ hermannMauguin }, parameters, { file: 'a' })
    const words = `data_x\n_space_group_name_H-M_alt '${hermannMauguin}'\n${cell(a, a, c, [...parameters.angles])}`
    const whole = read(`${words}${sites('label fract_x fract_y fract_z', 'Mo1 0 0 0', 'S1 0.1 0.23 0.37')}`)
    const text = writeCif(whole, { operations })
    assert.equal(text.split('\n').filter(line => /^(Mo1|S1) /.test(line)).length, 2, hermannMauguin)
    const back = read(text)
    assert.deepEqual(composition(back), composition(whole))
    assert.equal(composition(whole).S, operations.length, 'the general position')
    const [f, g] = [fractionalPositions(whole), fractionalPositions(back)]
    for (let i = 0; i < whole.species.length; i++)
      assert.ok(
        back.species.some((_, j) =>
          [0, 1, 2].every(d => Math.abs((Math.abs(f[3 * i + d] - g[3 * j + d] - 0.5) % 1) - 0.5) < 1e-9),
        ),
        `${hermannMauguin}: atom ${i}`,
      )
  }
  const one = read(`data_x\n${cell(5)}${sites('label fract_x fract_y fract_z', 'Mo1 0.1 0 0', 'S1 0.4 0.23 0.37')}`)
  const inversion = [operationOf('x,y,z', { file: 'a' }), operationOf('-x,-y,-z', { file: 'a' })]
  assert.throws(
    () => writeCif(one, { operations: inversion }),
    /operations that bring atom 1 \(Mo\) onto an atom of its kind/,
  )
})
