import { refuse } from '../src/error.ts'

/** `Mg exit=0.05` → what is added to the barriers of that family [eV]. */
export const shiftsOf = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    words.map(word => {
      const match = /^(.+)=\s*(\S+)\s*$/.exec(word)
      const value = Number(match?.[2])
      if (!match || !Number.isFinite(value)) return refuse('--shift', word, 'family=eV, as in "Mg exit=0.05"')
      return [match[1].trim(), value]
    }),
  )
