// The preload's start: wires hook → openai → spool, and is the only file that knows them all. In: found copies of openai. Out:
// patched classes whose frames go to the recorder. A program without openai pays for the hook alone. Main and user threads.
import { createRequire } from 'node:module'
import { type FoundCopy, installHooks } from './hook/install.ts'
import { OPENAI_TARGET } from './openai/targets.ts'

const require = createRequire(import.meta.url)

type Say = (
  level: 'debug' | 'warn' | 'error',
  code: string,
  message: string,
  fields?: { readonly [name: string]: unknown },
) => void

let say: Say | null = null

installHooks([OPENAI_TARGET], onFound, (code, error) => {
  speak()('warn', code, `hook: ${String(error)}; calls of some copies of openai may not be recorded`)
})

function onFound(copy: FoundCopy): void {
  const { patchClass } = require('./openai/patch.js') as typeof import('./openai/patch.ts')
  const speaker = speak()
  if (!(require('./preload-recorder.js') as typeof import('./preload-recorder.ts')).preloadRecorder().isOn) return
  const result = patchClass(copy.exported, copy.version)
  const { file, version, format, via } = copy
  speaker('debug', 'found', `found openai ${version}`, {
    file,
    format,
    via,
    patched: result.patched,
    missing: result.missing,
  })
  if (result.missing.length === 0) return
  const lacks = result.missing.join(', ')
  speaker(
    'error',
    `missing_${version}`,
    `openai ${version} at ${copy.folder} has no ${lacks}: its calls are not fully recorded`,
  )
}

function speak(): Say {
  if (say !== null) return say
  const { preloadDiagnostics } = require('./preload-recorder.js') as typeof import('./preload-recorder.ts')
  const diagnostics = preloadDiagnostics()
  say = (level, code, message, fields) => {
    if (level === 'debug') diagnostics.log(level, message, fields)
    else diagnostics.once(code, level, message, fields)
  }
  return say
}
