// `node --loader neatlogs/loader app.mjs`: the load hook in Node's hooks thread, which also starts the main side.
import { initializeAlone } from './dist/hook/load.js'

export { load, resolveEntry as resolve } from './dist/hook/load.js'

/** Called by Node once; the table of files is read late, so that nothing but the hook itself can fail at load. */
export function initialize() {
  const readTargets = () => import('./dist/openai/targets.js').then((table) => [table.OPENAI_TARGET])
  return initializeAlone(readTargets, new URL('./register.mjs', import.meta.url).href)
}
