import { type AcePotential, aceEngine, fromPotentialFile } from '../ace/index.ts'
import type { Engine } from '../engine.ts'
import file from './mo-s-li-mg.json' with { type: 'json' }
import { shippedTeacher } from './shipped-teacher.ts'

/** The shipped potential for Li and Mg in Mo6S8; what it was made from and how good it is stands in potentials/mo-s-li-mg. */
export const moSLiMgPotential = (): AcePotential => ({
  teacher: shippedTeacher,
  ...fromPotentialFile(file, 'mo-s-li-mg.json'),
})

/** Its engine: about 60 µs an atom. */
export const moSLiMg = (): Engine => aceEngine(moSLiMgPotential())
