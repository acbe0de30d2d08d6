// For every peer alike: its documented flush is called wherever a program of its user could call it, which is when the event loop has run
// dry and at a signal it may hear. Other endings leave no such moment.
const SIGNALS = ['SIGTERM', 'SIGINT']

/** Calls `flush` once, at the first of those moments; a signal is raised again after it. Programs that measure may flush, too. */
export function flushAtEnd(flush) {
  globalThis.benchFlush = flush
  let flushed = false
  const once = async () => {
    if (flushed) return
    flushed = true
    await flush()
  }
  process.once('beforeExit', once)
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      once().then(
        () => process.kill(process.pid, signal),
        () => process.kill(process.pid, signal),
      )
    })
  }
}
