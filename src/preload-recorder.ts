// The recorder of the preload: made with the first copy of openai, from the environment. One per thread. Main and user threads.
import { type Diagnostics, openDiagnostics } from './diagnostics.ts'
import { onFailure } from './openai/guard.ts'
import { addSink } from './openai/sinks.ts'
import { chooseExporters, type ParsedOptions, parseOptions } from './options.ts'
import { openRecorder, type Recorder } from './recorder.ts'

let parsed: ParsedOptions | null = null
let diagnostics: Diagnostics | null = null
let made: { readonly isOn: boolean; readonly recorder: Recorder | null } | null = null

/** The diagnostics of this thread; the first use says what is wrong with the environment. */
export function preloadDiagnostics(): Diagnostics {
  if (diagnostics !== null) return diagnostics
  parsed ??= parseOptions(process.env)
  const opened = openDiagnostics(parsed.options.logLevel, 'main')
  diagnostics = opened
  for (const warning of parsed.warnings) opened.log('warn', warning)
  onFailure((code, error) =>
    opened.once(code, 'warn', `failed beside a call (${code}): ${String(error)}; the call goes on`),
  )
  return opened
}

/** Makes the recorder once. `isOn` is false when nothing is to be recorded (`NEATLOGS_EXPORTER=none`). */
export function preloadRecorder(): { readonly isOn: boolean; readonly recorder: Recorder | null } {
  if (made !== null) return made
  preloadDiagnostics()
  const { options } = (parsed ??= parseOptions(process.env))
  if (options.disabled || chooseExporters(options, process.env).includes('none')) {
    made = { isOn: false, recorder: null }
    return made
  }
  const recorder = openRecorder(options, process.env, () => undefined, true)
  addSink(recorder.sink)
  made = { isOn: true, recorder }
  return made
}
