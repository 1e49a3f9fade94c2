import { readFileSync } from 'node:fs'

/** The folder of the package: beside cli/ in the sources, one above in dist/. */
export const packageFolder = new URL(import.meta.url.includes('/dist/cli/') ? '../../' : '../', import.meta.url)

/** Version of the package. */
export const programVersion = (): string =>
  JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')).version
