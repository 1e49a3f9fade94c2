/** Where the numbers of a model come from, and whether they may say so. */
import { refuse } from '../../error.ts'
import { suggestion } from '../../file/nearest.ts'
import { type Basis, bases, type Inputs, type LatticeModel, type Sourced } from './model.ts'

export type Provenance = {
  /** Field of the model: `hops.0`. */
  readonly field: string
  /** What the family is called in results. */
  readonly name: string
  readonly source: string
  readonly basis: Basis
  readonly inputs?: Inputs
}

/**
 * Source and basis of one family, the head of the model filling in what it does not say.
 *
 * @throws SimulationError (`input`) where `computed` names no run of an engine; that there is one, `checkChain` of the reader holds
 */
export const provenanceOf = (field: string, name: string, own: Sourced, head: Sourced): Provenance => {
  const basis = own.basis ?? head.basis ?? 'assumed'
  if (!bases.includes(basis)) refuse(`${field}.basis`, basis, `${bases.join(', ')}${suggestion(String(basis), bases)}`)
  const inputs = own.inputs ?? (own.basis === undefined || own.basis === head.basis ? head.inputs : undefined)
  const prefix = field === '' ? '' : `${field}.`
  if (basis === 'computed' && inputs === undefined)
    refuse(
      `${prefix}inputs`,
      'nothing',
      'for basis computed: inputs { sha256, engine } of the engine’s run that the number comes from; else basis screening, measured, fitted or assumed',
    )
  if (inputs !== undefined) {
    if (!/^[0-9a-f]{64}$/.test(inputs.sha256))
      refuse(`${prefix}inputs.sha256`, inputs.sha256, '64 hexadecimal digits, as sha256sum prints them')
    if (inputs.engine.trim() === '') refuse(`${prefix}inputs.engine`, inputs.engine, 'the stamp of the engine')
  }
  const source = own.source ?? head.source ?? (basis === 'assumed' ? 'assumed' : undefined)
  if (source === undefined)
    return refuse(`${prefix}source`, 'nothing', `where the number comes from, as its basis is ${basis}`)
  return { field, name, source, basis, ...(inputs === undefined ? {} : { inputs }) }
}

/** The families of one basis, in words: `measured: inner sites; assumed: Li hop, Mg hop`. */
export const basisWords = (all: readonly Provenance[]): string =>
  bases
    .flatMap(basis => {
      const names = [...new Set(all.filter(one => one.basis === basis).map(one => one.name))]
      return names.length === 0 ? [] : [`${basis}: ${names.join(', ')}`]
    })
    .join('; ')

export const headOf = ({ source, basis, inputs }: LatticeModel): Sourced => ({ source, basis, inputs })
