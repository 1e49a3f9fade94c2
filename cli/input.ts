export { readFirst, readInput, sizeOf } from '../src/study/read-input.ts'
