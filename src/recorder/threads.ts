// The threads of a process, looked after by its main thread: pools end them with `terminate()` (piscina, tinypool), and what a thread has
// started, a shipper too, ends with it. In: the first thread that is started. Out: a shipper of the main thread as soon as a thread has
// appended, and the frames that threads post. Main thread.
import { natively } from '../originals.ts'
import { openBell } from '../spool/bell.ts'
import { drainNow } from '../spool/exit.ts'
import { hearThreads } from '../spool/relay.ts'
import type { Recorder } from './recorder.ts'
import { holdThreads } from './shared-lane.ts'

/** Begins to look after the threads that share `memory`. `recorder` makes the process's recorder, or null when nothing is recorded. */
export function tendThreads(memory: SharedArrayBuffer, recorder: () => Recorder | null): void {
  const bell = openBell(memory)
  if (!bell.claim('tended', 0, 1)) return
  let isTending = false
  const tend = (): void => {
    isTending = true
    natively(recorder)?.tend()
  }
  holdThreads(hearThreads((message) => natively(recorder)?.take(message)))
  const { value } = bell.waitAsync('writers', 0, Number.POSITIVE_INFINITY)
  Promise.resolve(value).then(tend, () => {})
  process.on('exit', () => {
    if (isTending || bell.read('writers') === 0) return
    tend()
    drainNow()
  })
}
