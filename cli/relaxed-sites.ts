import type { Structure } from '../src/crystal/structure.ts'
import { drive } from '../src/engine/search.ts'
import { refuse } from '../src/error.ts'
import { relax } from '../src/migration/relax.ts'
import { engineSpecOfText } from '../src/study/engine-spec.ts'
import { openEngine } from '../src/study/open-engine.ts'
import { requireKnown } from './structure.ts'

/** Largest force on an atom of a relaxed site [eV/Å], as where a study says `relaxSites: true`. */
const forceTolerance = 0.05

/**
 * What moves an ion to its minimum, for `--relax`: an engine of this process, every atom free; the engine must
 * know the elements of the host and of the first carrier.
 */
export const siteRelaxation = async (
  words: string,
  o: { readonly file: string; readonly carriers: readonly string[] },
): Promise<{ readonly relax: (structure: Structure) => Structure; readonly by: string }> => {
  const { embedded, name } = await openEngine(await engineSpecOfText(words, '--relax'))
  if (!embedded) return refuse('--relax', words, 'an engine of this process: ace, ace:FILE, { kind: morse, … }')
  const { file, carriers } = o
  const { elements } = embedded
  if (!elements.includes('*') && !elements.includes(carriers[0]))
    refuse('--carriers', carriers[0], `${elements.join(', ')}, which ${name} knows, where sites are to be relaxed`)
  let kinds = 0
  return {
    by: `${carriers[0]} by ${name}`,
    relax: one => {
      requireKnown(one, file, embedded)
      process.stderr.write(`relaxing ${carriers[0]} at site ${++kinds}\n`)
      return drive(relax(one, { forceTolerance }), embedded).structure
    },
  }
}
