/** From arrangements on sites to relaxed energies of an engine, each put down to the arrangement in which it ended. */
import { toCartesian, toFractional } from '../crystal/lattice.ts'
import { type Structure, volume, withAtoms } from '../crystal/structure.ts'
import { supercell } from '../crystal/supercell.ts'
import { report, type Search } from '../engine/search.ts'
import { type Arrangement, canonical, contentOf } from '../lattice/fit/enumerate.ts'
import { closePairs } from '../lattice/fit/from-terms.ts'
import { type SiteGroup, siteSupercell } from '../lattice/fit/site-group.ts'
import { relax } from '../migration/relax.ts'
import { silent } from '../migration/stages.ts'
import { siteFractions, sitesOfIons } from './site-map.ts'

/** What is to be relaxed: a supercell and who sits where in it. */
export type ArrangementRequest = {
  /** [9] */
  readonly matrix: readonly number[]
  /** One digit a site of the supercell, 0 empty, k the k-th carrier: `000001000002`. */
  readonly arrangement: string
  /** Ions stay on their sites, and one far atom of the host where it is; else all relax, cell and atoms. */
  readonly held?: boolean
}

/** What a relaxation gave; plain data. */
export type RelaxedEnergy = ArrangementRequest & {
  /** E − n E_host − Σ_i N_i E_metal,i of the supercell, by formula unit [eV]. */
  readonly energy: number
  /** The arrangement that the ions ended in, in standard form; absent where they are on no sites. */
  readonly ended?: string
  /** Whether it is another one than it began as. */
  readonly moved: boolean
  readonly why?: string
  /** Furthest ion from its site [Å]. */
  readonly furthest?: number
  /** By formula unit [Å³]; absent where it was not asked for. */
  readonly volume?: number
  readonly outcome: 'converged' | 'step-limit'
  /** Largest extrapolation [–]; over 1 the potential was asked outside its training. */
  readonly extrapolation?: number
}

export type RelaxedEnergiesOptions = {
  /** Symbols, in the order of the digits. */
  readonly carriers: readonly string[]
  /** E of an atom of each metal, [carriers] [eV], on the scale of the engine. */
  readonly metals: readonly number[]
  /** E of the empty host by primitive cell [eV]. */
  readonly empty: number
  /** Formula units of a primitive cell. */
  readonly formulaUnits: number
  /** Sites closer than this are not both filled [Å]. */
  readonly exclusion: number
  /** Further than this from a site an ion is on none [Å]; 1.5 where absent. */
  readonly reach?: number
  /** [eV/Å]; 0.02 where absent. */
  readonly forceTolerance?: number
  readonly maxSteps?: number
  /** Cells relax with their atoms; true where absent, false for engines without stresses. */
  readonly cell?: boolean
}

export type RelaxedEnergiesProgress = { readonly done: number; readonly of: number; readonly last?: RelaxedEnergy }

/**
 * Relaxes arrangement after arrangement.
 *
 * @param host   primitive cell of the host in which the sites were found, relaxed
 */
export function* relaxedEnergies(
  host: Structure,
  group: SiteGroup,
  requests: readonly ArrangementRequest[],
  o: RelaxedEnergiesOptions,
): Search<RelaxedEnergiesProgress, RelaxedEnergy[]> {
  const found: RelaxedEnergy[] = []
  for (const request of requests) {
    yield* report<RelaxedEnergiesProgress>({
      done: found.length,
      of: requests.length,
      ...(found.length > 0 ? { last: found[found.length - 1] } : {}),
    })
    found.push(yield* relaxedEnergy(host, group, request, o))
  }
  return found
}

/** One arrangement. */
export function* relaxedEnergy(
  host: Structure,
  group: SiteGroup,
  request: ArrangementRequest,
  o: RelaxedEnergiesOptions,
): Search<RelaxedEnergiesProgress, RelaxedEnergy> {
  const cell = siteSupercell(group, request.matrix)
  const sigma = Uint8Array.from(request.arrangement, Number)
  const { big, structure, ions } = filledCell(host, group, cell, sigma, o.carriers)
  const fixed = request.held ? [...ions.map((_, m) => big.species.length + m), farAtom(structure, ions.length)] : []
  const relaxed = yield* silent(
    relax(structure, {
      cell: (o.cell ?? true) && !request.held,
      forceTolerance: o.forceTolerance ?? 0.02,
      maxSteps: o.maxSteps ?? 300,
      ...(fixed.length > 0 ? { fixed } : {}),
    }),
  )
  const units = cell.cells * o.formulaUnits
  const content = contentOf(sigma, o.carriers.length)
  const metals = content.reduce((sum, n, i) => sum + n * o.metals[i], 0)
  const mapping = sitesOfIons(group, cell, big, relaxed.structure, ions, {
    reach: o.reach ?? 1.5,
    exclusions: closePairs(group, cell, o.exclusion),
  })
  const { extrapolation } = relaxed.evaluation
  const ended = mapping.sigma && canonical(cell, mapping.sigma).join('')
  return {
    ...request,
    energy: (relaxed.energy - cell.cells * o.empty - metals) / units,
    ...(ended === undefined ? {} : { ended }),
    moved: ended !== canonical(cell, sigma).join(''),
    ...(mapping.why === undefined ? {} : { why: mapping.why }),
    ...(mapping.sigma ? { furthest: Math.max(0, ...mapping.distances) } : {}),
    volume: volume(relaxed.structure) / units,
    outcome: relaxed.outcome,
    ...(extrapolation === undefined ? {} : { extrapolation }),
  }
}

/** The host with the ions of an arrangement on their sites. */
export const filledCell = (
  host: Structure,
  group: SiteGroup,
  cell: ReturnType<typeof siteSupercell>,
  sigma: Arrangement,
  carriers: readonly string[],
) => {
  const big = supercell(host, cell.matrix)
  const f = siteFractions(group, cell)
  const at = Array.from(sigma.keys()).filter(i => sigma[i] > 0)
  const ions = at.map(i => sigma[i])
  const structure = withAtoms(
    big,
    ions.map(carrier => carriers[carrier - 1]),
    toCartesian(
      at.flatMap(i => [f[3 * i], f[3 * i + 1], f[3 * i + 2]]),
      big.lattice,
    ),
  )
  return { big, structure, ions, at }
}

/** The atom of the host that is furthest from all ions: held, it keeps the host from sliding past ions that are held. */
export const farAtom = ({ lattice, positions, species }: Structure, ions: number): number => {
  const f = toFractional(positions, lattice)
  const n = species.length - ions
  let [best, at] = [-1, 0]
  for (let i = 0; i < n; i++) {
    let least = Number.POSITIVE_INFINITY
    for (let m = n; m < species.length; m++) {
      const [u, v, w] = [0, 1, 2].map(d => {
        const x = f[3 * i + d] - f[3 * m + d]
        return x - Math.round(x)
      })
      least = Math.min(least, Math.hypot(...toCartesian([u, v, w], lattice)))
    }
    if (least > best) {
      best = least
      at = i
    }
  }
  return at
}
