// The process's own recording, switched on in code: `start`, `instrumentOpenAI`, `getConversationHistory`. Main thread.

import { OPTION_TABLE } from '../options/options.ts'
import type { StartOptions } from '../options/start-options.ts'
import { attachKnown, type FoundOpenAI, patchGiven, warnWhenNone } from '../preload/attach.ts'
import { isInlined } from '../preload/bundled.ts'
import { preloadRecorder, processHistory, setProcessHistory, startRecorder } from '../preload/process-recorder.ts'
import { knownRecorder } from '../recorder/known.ts'
import { checkNames } from './arguments.ts'
import type { ConversationEntry } from './conversation.ts'
import { type History, openHistory } from './history.ts'
import { laneOf, readSettings } from './listener.ts'

/**
 * Starts recording this process in code, as the preload does, e.g. `start({ service: 'shop', redact: (record) => … })`. What is
 * given wins over the environment; after the preload, or again, it holds for the calls from here on. User threads started later
 * begin with the same options. Returns the copies of openai found so far; warns when there is none. `start({ disabled: true })`
 * ends it. Throws `ERR_NEATLOGS_OPTION` for a bad value, `ERR_NEATLOGS_ARGUMENT` for an unknown option; nothing has changed then.
 */
export function start(options: StartOptions = {}): readonly FoundOpenAI[] {
  checkNames(
    'start()',
    options,
    OPTION_TABLE.map((row) => row.key),
  )
  if (isInlined()) return []
  const { isOn } = startRecorder(options)
  const found = attachKnown(isOn)
  if (isOn) warnWhenNone(found, 'start()')
  return isOn ? found : []
}

/**
 * Records the calls of a class, a module or a client that no hook can see, because openai is bundled into the program, e.g.
 * `instrumentOpenAI(OpenAI)`. Gives back what it got. A second call does nothing. Throws `ERR_NEATLOGS_ARGUMENT` for what is no
 * openai, or frozen.
 */
export function instrumentOpenAI<Given>(openai: Given): Given {
  if (isInlined()) return openai
  preloadRecorder()
  patchGiven(openai)
  return openai
}

/**
 * The calls that this process has recorded by preload, `start` or `instrumentOpenAI` since `neatlogs` was imported and that have
 * ended, newest last: the last 100 and at most 8 MiB of texts, under the same content rules as the records. `limit`: only the
 * newest so many. Throws `ERR_NEATLOGS_ARGUMENT` when it is no positive integer. A provider has a history of its own.
 */
export function getConversationHistory(limit?: number): ConversationEntry[] {
  return history.entries(limit)
}

const history = (processHistory() as History | undefined) ?? openProcessHistory()

function openProcessHistory(): History {
  const opened = openHistory(
    () => laneOf(knownRecorder()?.recorder?.traceId),
    () => readSettings(undefined).decode,
  )
  setProcessHistory(opened)
  return opened
}
