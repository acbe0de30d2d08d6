// Step 4, tap: what the SDK makes of an answer it has read. A body that is no JSON, a `parse()` whose content does not fit, openai 7's
// body time-out: the program gets an error after its answer has come. Main thread, hot path.
//
// The promise of `makeRequest` is the SDK's own: it calls `then` on it, with its parsing, once the program asks for the result.
// Nothing is asked of it here, and the promise that the program holds is not touched.
import { isPromise } from '../wrap.ts'
import { failCall, parsedCall } from './call-end.ts'
import { guarded } from './guard.ts'
import type { Call } from './open-calls.ts'
import { attach, type Methods, stampOf } from './stamp.ts'

/** Watches the parsing of one call. The promise stays what it is. */
export function watchParsing(call: Call, promise: Promise<unknown>): void {
  if (Object.isExtensible(promise)) attach(promise, call, promiseMethods)
}

const promiseMethods = (own: Methods) => ({
  // biome-ignore lint/suspicious/noThenProperty: it stands before the `then` of a promise
  then(this: Promise<unknown>, onValue: unknown, ...rest: unknown[]) {
    const call = stampOf(this) as Call | undefined
    const isSeen = call !== undefined && !call.closed && typeof onValue === 'function'
    return own.then?.call(this, isSeen ? watched(call, onValue as Parse) : onValue, ...rest)
  },
})

type Parse = (value: unknown) => unknown

/** Chained, not branched off: an unhandled rejection stays the program's. */
function watched(call: Call, parse: Parse): Parse {
  call.parsingCount++
  return (value) => {
    let result: unknown
    try {
      result = parse(value)
    } catch (error) {
      guarded('parse', () => failCall(call, error))
      throw error
    }
    if (!isPromise(result)) {
      guarded('parse', () => parsedCall(call))
      return result
    }
    return result.then(
      (parsed) => {
        guarded('parse', () => parsedCall(call))
        return parsed
      },
      (error: unknown) => {
        guarded('parse', () => failCall(call, error))
        throw error
      },
    )
  }
}
