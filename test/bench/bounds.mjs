// For each row that does not meet its budget or its goal: what bounds it, and where that was measured. In: nothing. Out: texts by the row's name.
// The document shows a text only where its row is not met; a row without one is shown as not explained, and a test fails.

const KERNEL =
  'two frames a call go to the kernel before the program goes on, one before the request leaves and one before it has its answer'
const SHIPPER =
  'the shipper reads each call back from disk, decodes request and answer, looks for secrets, prices it and encodes a span of some sixty attributes with two spans around it; peers copy texts from objects that the program has anyway'
const WORKER =
  'a worker thread that does nothing costs 13 to 18 MB and 30 ms of CPU (docs/decisions.md, “Worker memory and cost”), its heap comes on top'

/** Text of docs/benchmarks.md by the name of a row. */
export const BOUNDS = new Map([
  ['a call, 0.5 KB in and out, main-thread CPU', KERNEL],
  ['a call, 50 KB in and out, main-thread CPU', KERNEL],
  ['a call, 0.5 KB, 50 at once, main-thread CPU', KERNEL],
  ['a call, 0.5 KB, CPU of all threads until delivered', SHIPPER],
  ['a call, 50 KB, CPU of all threads until delivered', SHIPPER],
  ['a stream of 200 chunks, CPU of all threads until delivered', SHIPPER],
  ['50 calls a second, CPU of all threads per call, start included', WORKER],
  ['50 calls a second, RSS', WORKER],
  ['memory after 20,000 calls, destination up, RSS', WORKER],
  ['memory after 20,000 calls, server answers 503, RSS', WORKER],
])
