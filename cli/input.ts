export { readInput } from '../src/study/read-input.ts'
