// The preload's start: wires hook → openai → spool. In: found copies of openai. Out: patched classes whose frames go to the
// recorder. A program without openai pays for the hook alone: everything else is loaded with the first copy. Main and user threads.
import { createRequire } from 'node:module'
import { type FoundCopy, installHooks } from './hook/install.ts'
import { OPENAI_TARGET } from './openai/targets.ts'

const require = createRequire(import.meta.url)

installHooks([OPENAI_TARGET], onFound, (code, error) => attached().tellHookProblem(code, error))

function onFound(copy: FoundCopy): void {
  const { preloadRecorder } = require('./preload-recorder.js') as typeof import('./preload-recorder.ts')
  preloadRecorder()
  attached().takeFound(copy)
}

function attached(): typeof import('./attach.ts') {
  return require('./attach.js') as typeof import('./attach.ts')
}
