export { type IpiOptions, ipi } from './engine.ts'
export { addressOf, serve } from './serve.ts'
export { type Address, socketKind } from './start-files.ts'
