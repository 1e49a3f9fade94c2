import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulationError } from '../../src/error.ts'
import { clusterCounts, clusterTerms } from '../../src/lattice/fit/cluster-terms.ts'
import { type Arrangement, arrangements, contentOf } from '../../src/lattice/fit/enumerate.ts'
import { type FitRow, type FitTerm, fitEnergies } from '../../src/lattice/fit/fit.ts'
import {
  closePairs,
  energiesOf,
  energyOf,
  type MeanFieldTerm,
  meanFieldCount,
  meanFieldsOf,
} from '../../src/lattice/fit/from-terms.ts'
import { chooseInformative } from '../../src/lattice/fit/informative.ts'
import {
  distinctSupercells,
  type SiteGroup,
  type SiteSupercell,
  siteSupercell,
} from '../../src/lattice/fit/site-group.ts'
import { random } from '../../src/math/random.ts'
import { groupOf } from './site-groups.ts'

const exclusion = 2
/** Inner and outer sites of Mo6S8, two carriers, pairs to 3.5 Å (those under 2 Å never both filled), triplets to 3.1 Å. */
const group = groupOf('chevrel', 12)
const options = { carriers: ['Li', 'Mg'], sublattices: ['A', 'B'], pairs: 3.5, triplets: 3.1, exclusion }
const clusters = clusterTerms(group, options)
const electrons: MeanFieldTerm[] = [
  { label: 'electrons', weights: [1, 2], power: 2 },
  { label: 'electrons', weights: [1, 2], power: 3 },
]
const terms: FitTerm[] = [
  ...clusters.map(
    ({ label, order }): FitTerm => ({
      label,
      kind: order === 1 ? 'site' : order === 2 ? 'pair' : 'triplet',
      ...(order === 1 ? { always: true, penalty: 0 } : {}),
    }),
  ),
  ...electrons.map(({ label, power }): FitTerm => ({ label: `${label}^${power}`, kind: 'mean field' })),
]
/** The Hamiltonian that is to be found again: all site terms, eight pairs, one triplet, both mean fields; the rest is 0. */
const truth = Float64Array.from(terms, ({ kind, label }, t) => {
  if (kind === 'site') return label.startsWith('Li') ? -1.9 - 0.1 * t : -3.1 + 0.2 * t
  if (kind === 'mean field') return label.endsWith('2') ? 0.12 : -0.01
  const order = terms.filter(one => one.kind === kind).findIndex(one => one.label === label)
  return kind === 'pair' ? (order < 8 ? 0.3 / (1 + order) : 0) : order === 2 ? 0.05 : 0
})

const countsIn = (cell: SiteSupercell) => {
  const count = clusterCounts(clusters, cell)
  return (sigma: Arrangement): Float64Array => {
    const x = contentOf(sigma, 2).map(n => n / cell.cells)
    return Float64Array.from([...count(sigma), ...electrons.map(term => meanFieldCount(term, x))])
  }
}
const candidatesOf = (group: SiteGroup, size: number) =>
  distinctSupercells(group.operations, size).flatMap(matrix => {
    const cell = siteSupercell(group, matrix)
    const counts = countsIn(cell)
    const limits = [{ weights: [1, 2], max: 4 * size }]
    const exclusions = closePairs(group, cell, exclusion)
    const ions = (sigma: Arrangement) => contentOf(sigma, 2).reduce((a, b) => a + b, 0) / size
    return [...arrangements(cell, { carriers: 2, limits, exclusions, mostTried: 2e6 })]
      .filter(sigma => ions(sigma) > 0)
      .map(sigma => ({ cell, sigma, counts: counts(sigma), ions: ions(sigma) }))
  })
const small = candidatesOf(group, 1)
const { uniform, normal } = random(7)
/** Two cells, filled at random: more of them than there are to enumerate in a moment. */
const large = distinctSupercells(group.operations, 2).flatMap(matrix => {
  const cell = siteSupercell(group, matrix)
  const counts = countsIn(cell)
  const close = closePairs(group, cell, exclusion)
  return Array.from({ length: 100 }, () => {
    const sigma = new Uint8Array(24)
    let charge = 0
    for (let k = 0; k < 8; k++) {
      const site = Math.floor(24 * uniform())
      const carrier = 1 + Math.floor(2 * uniform())
      const free = sigma[site] === 0 && close.every(([i, j]) => (i !== site || !sigma[j]) && (j !== site || !sigma[i]))
      if (!free || charge + carrier > 8) continue
      sigma[site] = carrier
      charge += carrier
    }
    return { cell, sigma, counts: counts(sigma), ions: contentOf(sigma, 2).reduce((a, b) => a + b, 0) / 2 }
  }).filter(one => one.ions > 0)
})
const all = [...small, ...large]
const rowsOf = (noise: number): FitRow[] =>
  all.map(({ counts, ions }, r) => ({
    label: `arrangement ${r}`,
    counts,
    ions,
    energy: energyOf(counts, truth) + noise * normal(),
    heldOut: r % 5 === 0,
  }))

test('a Hamiltonian is found again from its own energies, and what is not in it is left out', () => {
  const fit = fitEnergies(rowsOf(0), terms, { strengths: [1e-9], gain: 1e-3 })
  // the penalty of 1e-9 and the 1e-10 on the diagonal against sums of squares of order 1: errors of 1e-8 of a coefficient
  // near 3 eV, more where terms almost follow from one another (the counts of a term over the rows vary 100-fold)
  for (let t = 0; t < terms.length; t++)
    assert.ok(Math.abs(fit.coefficients[t] - truth[t]) < 1e-4, `${terms[t].label}: ${fit.coefficients[t]} ${truth[t]}`)
  assert.ok(fit.errors.heldOut!.perFormulaUnit < 1e-5)
  assert.ok(fit.terms.every(({ why }) => why.length > 0))
  for (const [t, { kept }] of fit.terms.entries()) if (truth[t] !== 0) assert.ok(kept, terms[t].label)
})

test('with noise the errors stated are the errors made, and held-out rows are missed by the noise', () => {
  const sigma = 0.02
  const rows = rowsOf(sigma)
  // nothing left out and next to no penalty: then the errors stated are those of least squares, and 19 of 20 coefficients lie
  // within two of them; of n coefficients the count has a standard deviation of √(0.05·0.95 n), and three are allowed
  const whole = fitEnergies(rows, terms, { gain: -1, strengths: [1e-8] })
  const z = whole.terms.flatMap((one, t) => (one.kept ? [(one.value - truth[t]) / one.error!] : []))
  const outside = z.filter(value => Math.abs(value) > 2).length
  assert.ok(z.length > 30 && outside <= 0.05 * z.length + 3 * Math.sqrt(0.0475 * z.length), `${outside} of ${z.length}`)
  const fit = fitEnergies(rows, terms)
  const { heldOut, crossValidated, trained } = fit.errors
  // noise on some 120 rows: its root mean square is known to 1/√(2·120) = 6 %; the fit adds at most √(1 + p/n) of it
  for (const error of [heldOut!, crossValidated])
    assert.ok(error.perFormulaUnit > 0.8 * sigma && error.perFormulaUnit < 1.3 * sigma, `${error.perFormulaUnit}`)
  assert.ok(trained.perFormulaUnit < crossValidated.perFormulaUnit)
  const without = fit.terms.filter(one => !one.kept)
  assert.ok(without.length > 3 && without.every(({ why }) => why.startsWith('left out')))
})

test('the energies of the record are those of the terms: sites, clusters, exclusions and mean fields', () => {
  const n = clusters.length
  const { siteEnergy, clusters: list } = energiesOf(group, clusters, truth.subarray(0, n), 2, exclusion)
  const fields = meanFieldsOf(electrons, truth.subarray(n))
  assert.equal(fields.length, 1)
  const naive = ({ cell, sigma }: (typeof all)[number]): number => {
    let sum = 0
    for (let c = 0; c < cell.cells; c++) {
      const at = (site: number, image: readonly number[]) => {
        const p = (d: number) => cell.points[3 * c + d] + image[d]
        return sigma[cell.cellAt(p(0), p(1), p(2)) * cell.sites + site]
      }
      for (let s = 0; s < cell.sites; s++) {
        const carrier = at(s, [0, 0, 0])
        if (carrier > 0) sum += siteEnergy[2 * s + carrier - 1]
      }
      for (const { places, energy } of list) {
        const filled = places.map(({ site, image }) => at(site, image))
        if (filled.every(carrier => carrier > 0)) sum += energy[filled.reduce((k, carrier) => 2 * k + carrier - 1, 0)]
      }
    }
    const x = contentOf(sigma, 2).map(count => count / cell.cells)
    for (const { weights, coefficients } of fields) {
      const m = x.reduce((s, value, i) => s + value * weights[i], 0)
      coefficients.forEach((c, k) => {
        sum += cell.cells * c * m ** k
      })
    }
    return sum / cell.cells
  }
  // sums of a hundred numbers of order 1: round-off
  for (const one of all.slice(0, 400).concat(large.slice(0, 100)))
    assert.ok(Math.abs(naive(one) - energyOf(one.counts, truth)) < 1e-12)
  const lists = list.filter(one => one.energy[0] === Number.POSITIVE_INFINITY)
  // by the geometry of the host: rings of six inner sites all close to one another (15 pairs), and inner–outer under 2 Å twice each
  assert.equal(lists.length, 15 + 12)
})

/** ln det(1/prior + Σ x xᵀ) with columns scaled to unit largest value, by elimination. */
const logDeterminant = (rows: readonly Float64Array[], scale: Float64Array, prior: number): number => {
  const n = scale.length
  const M = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 / prior : 0)))
  for (const x of rows)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) M[i][j] += (x[i] * x[j]) / (scale[i] * scale[j] || 1)
  let sum = 0
  for (let k = 0; k < n; k++) {
    sum += Math.log(M[k][k])
    for (let i = k + 1; i < n; i++) {
      const by = M[i][k] / M[k][k]
      for (let j = k; j < n; j++) M[i][j] -= by * M[k][j]
    }
  }
  return sum
}

test('greedy choice: det M is the product of what the leverages say, and beats every random choice', () => {
  const rows = all.map(one => one.counts)
  const scale = Float64Array.from(terms, (_, t) => Math.max(...rows.map(row => row[t])))
  const { index, leverage } = chooseInformative(rows, { count: 40 })
  assert.equal(new Set(index).size, 40)
  const own = logDeterminant(
    index.map(k => rows[k]),
    scale,
    100,
  )
  const said = leverage.reduce((sum, value) => sum + Math.log1p(value), -terms.length * Math.log(100))
  // the inverse is updated forty times: digits of a condition number of 1e4 are lost once
  assert.ok(Math.abs(own - said) < 1e-8 * Math.abs(own), `${own} ${said}`)
  for (let k = 1; k < leverage.length; k++) assert.ok(leverage[k] <= leverage[k - 1] * (1 + 1e-6), 'leverage falls')
  for (let t = 0; t < 5; t++) {
    const some = index.map(() => rows[Math.floor(rows.length * uniform())])
    assert.ok(own > logDeterminant(some, scale, 100))
  }
  // asked again with what was chosen as known, it goes on as it would have
  const again = chooseInformative(rows, { count: 10, known: index.slice(0, 30).map(k => rows[k]) })
  assert.deepEqual(again.index, index.slice(30))
})

test('rows that do not fit, more folds than groups, and a term that nothing decides are refused by name', () => {
  const rows = rowsOf(0)
  assert.throws(() => fitEnergies([{ ...rows[0], counts: [1] }], terms), /rows\[0\].*counts/)
  assert.throws(
    () =>
      fitEnergies(
        rows.map(row => ({ ...row, group: 'one' })),
        terms,
      ),
    (error: unknown) => error instanceof SimulationError && error.code === 'input' && /folds/.test(error.message),
  )
  assert.throws(() => chooseInformative([[1]], { count: 1, prior: 0 }), /prior/)
})
