import { SimulationError } from '../src/error.ts'

/** Fields of the library, each with the option that it comes from; the carrier goes along. */
const options: readonly (readonly [RegExp, string])[] = [
  [/^amounts?(?:\.([^\s:.]+))?(?=:)/, '--amount'],
  [/^start\.([^\s:.]+)(?=:)/, '--amount'],
  [/^reservoirs?(?:\[\d+\]|\.[^\s:]+)?\.?amount(?=:)/, '--amount'],
  [/^size(?:\[\d\])?(?=:)/, '--size'],
  [/^temperature(?=:)/, '--temperature'],
  [/^window(?=:)/, '--window'],
  [/^axis(?=:)/, '--axis'],
  [/^throttle\.crossings(?=:)/, '--crossings'],
  [/^inside\.ratio(?=:)/, '--inside'],
  [/^seed(?=:)/, '--seed'],
  [/^reservoir\.exchangeRate(?:\.([^\s:.]+))?(?=:)/, '--exchange'],
  [/^reservoir\.activity(?:\.([^\s:.]+))?(?=:)/, '--activity'],
  [/^reservoir\.standard(?:\.([^\s:.]+))?(?=:)/, '--metal'],
]
const stage = /^stages\[(\d+)\]\.?([^:]*)(?=:)/

/** What the library refuses, in the words of the command line: the model file, and the option in the place of the field. */
export const inOptions = (error: unknown, file: string): unknown => {
  if (!(error instanceof SimulationError) || error.code !== 'input' || error.message.startsWith(`${file}: `))
    return error
  return new SimulationError(`${file}: ${optionWords(error.message)}`, {
    code: 'input',
    at: `${file}: ${optionWords(error.at)}`,
    partial: error.partial,
    cause: error,
  })
}

/** The same around a whole command: options and files are named already, what the library says of the model is not. */
export const ofModel = async (file: string, command: () => Promise<void>): Promise<void> => {
  try {
    await command()
  } catch (error) {
    const named = error instanceof SimulationError && (/^--/.test(error.message) || error.message.startsWith(file))
    throw named ? error : inOptions(error, file)
  }
}

const optionWords = (message: string): string => {
  const of = stage.exec(message)
  if (of) return `--stage ${Number(of[1]) + 1}${of[2] === '' ? '' : `, ${of[2]}`}${message.slice(of[0].length)}`
  for (const [field, option] of options) {
    const found = field.exec(message)
    if (found) return `${option}${found[1] === undefined ? '' : ` ${found[1]}`}${message.slice(found[0].length)}`
  }
  return message
}
