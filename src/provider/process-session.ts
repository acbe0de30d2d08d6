// The process's own recording, switched on in code: what `start` and `instrumentOpenAI` do (late-session.ts). In: what they are given. Out: what
// was found. Main thread.

import { OPTION_TABLE } from '../options/options.ts'
import type { StartOptions } from '../options/start-options.ts'
import { attachKnown, type FoundOpenAI, patchGiven, warnWhenNone } from '../preload/attach.ts'
import { preloadRecorder, startRecorder } from '../preload/process-recorder.ts'
import { checkNames } from './arguments.ts'

/** Starts recording with these options. Throws `ERR_NEATLOGS_OPTION` for a bad value, `ERR_NEATLOGS_ARGUMENT` for an unknown option. */
export function start(options: StartOptions): readonly FoundOpenAI[] {
  checkNames(
    'start()',
    options,
    OPTION_TABLE.map((row) => row.key),
  )
  const { isOn } = startRecorder(options)
  const found = attachKnown(isOn)
  if (isOn) warnWhenNone(found, 'start()')
  return isOn ? found : []
}

/** Records the calls of a class, a module or a client. Throws `ERR_NEATLOGS_ARGUMENT` for what is no openai, or frozen. */
export function instrument<Given>(openai: Given): Given {
  preloadRecorder()
  patchGiven(openai)
  return openai
}
