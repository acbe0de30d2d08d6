// The recorder of the process: made with the first copy of openai, from the environment, or by `start()`. One per thread, however
// many copies of neatlogs are loaded. Main and user threads.

import { createRequire } from 'node:module'
import { type Diagnostics, openDiagnostics } from '../diagnostics.ts'
import type { Append } from '../frame.ts'
import { onFailure } from '../openai/guard.ts'
import { addSink, removeSink } from '../openai/sinks.ts'
import { chooseExporters, type Options, type ParsedOptions, parseOptions } from '../options/options.ts'
import { bequeathOptions, inheritedOptions, type RedactRecord, type StartOptions } from '../options/start-options.ts'
import { natively } from '../originals.ts'
import { knownHistory, knownRecorder, type ProcessRecorder, setRecorder } from '../recorder/known.ts'
import { openRecorder } from '../recorder/recorder.ts'
import { faultOf } from '../safe-text.ts'

const require = createRequire(import.meta.url)

let parsed: ParsedOptions | null = null
let diagnostics: Diagnostics | null = null

/** The diagnostics of this thread; the first use says what is wrong with the environment. */
export function preloadDiagnostics(): Diagnostics {
  if (diagnostics !== null) return diagnostics
  parsed ??= parseOptions(process.env)
  const opened = openDiagnostics(parsed.options.logLevel, 'main')
  diagnostics = opened
  for (const warning of parsed.warnings) opened.log('warn', warning)
  onFailure((code, error) =>
    opened.once(code, 'warn', `failed beside a call (${code}): ${faultOf(error)}; the call goes on`),
  )
  return opened
}

/** Makes the recorder of this thread once. */
export function preloadRecorder(): ProcessRecorder {
  const known = knownRecorder()
  if (known !== null) return known
  preloadDiagnostics()
  return install(makeRecorder(inheritedOptions(), null))
}

/** Makes the recorder with these options, or gives them to the one there is. Throws `ERR_NEATLOGS_OPTION`. */
export function startRecorder(given: StartOptions): ProcessRecorder {
  const known = knownRecorder()
  preloadDiagnostics()
  if (known !== null && Object.keys(given).length === 0) return known
  const started =
    known === null ? install(makeRecorder({ ...inheritedOptions(), ...given }, null)) : known.restart(given)
  bequeathOptions(started.given)
  return started
}

/** Parses what is given, the function apart. Throws `ERR_NEATLOGS_OPTION`. */
export function readOptions({ redact, ...rest }: StartOptions): { options: Options; redact: RedactRecord | undefined } {
  const isFunction = typeof redact === 'function'
  const rules = isFunction ? undefined : redact?.map(String)
  const { options } = parseOptions(process.env, rules === undefined ? rest : { ...rest, redact: rules })
  return { options, redact: isFunction ? redact : undefined }
}

function makeRecorder(given: StartOptions, before: ProcessRecorder | null): ProcessRecorder {
  const { options, redact } = readOptions(given)
  // The session of the process stays the same.
  const kept = { ...options, traceId: options.traceId ?? before?.recorder?.traceId ?? before?.options.traceId ?? null }
  const isOn = !options.disabled && !chooseExporters(options, process.env).includes('none')
  // The lane of all threads is shipped under one set of rules, the environment's.
  const isShared = before === null && Object.keys(given).length === 0
  const recorder = isOn ? openRecorder(kept, process.env, () => undefined, isShared, redact, knownHistory) : null
  let inFlight = 0
  const append: Append = (head, body) => {
    if (head.t === 'open') inFlight++
    else if (head.t === 'close') inFlight--
    const isKept = recorder?.sink.append(head, body) ?? false
    const history = knownHistory()
    if (history !== undefined && recorder?.segment() === null) history.append(head, body)
    return isKept
  }
  const made: ProcessRecorder = {
    isOn,
    options: kept,
    given,
    recorder,
    sink: recorder === null ? null : { ...recorder.sink, append },
    inFlight: () => inFlight,
    restart: (more) => replace(made, makeRecorder({ ...given, ...more }, made)),
  }
  return made
}

function install(made: ProcessRecorder): ProcessRecorder {
  setRecorder(made)
  if (made.sink !== null) addSink(made.sink)
  return made
}

function replace(old: ProcessRecorder, made: ProcessRecorder): ProcessRecorder {
  install(made)
  if (old.sink !== null) removeSink(old.sink)
  const { retire } = natively(() => require('../recorder/recorders.js') as typeof import('../recorder/recorders.ts'))
  if (old.recorder !== null) retire(old.recorder, () => old.inFlight() === 0)
  return made
}
