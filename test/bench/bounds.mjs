// For each row that does not meet its budget or its goal: what bounds it, and where that was measured. In: nothing. Out: texts by the row's name.
// The document shows a text only where its row is not met; a row without one is shown as not explained, and a test fails.

const MAIN = '(docs/decisions.md, “What a call costs the main thread”)'
const SHIPPER = "(docs/decisions.md, “What V8's helpers do for the shipper”)"
const MEMORY = '(docs/decisions.md, “Memory, low rates and idleness”)'
const SMALL_CALL = `with no write at all 40 to 50 µs are left, a third of them the client’s own code that runs slower beside ours; a quarter of what is added are the two frames that must be in the kernel before the request leaves and before the program has its answer. One write for the end of a call and the begin of the next would lose finished calls at a kill ${MAIN}`
const LARGE_CALL = `both texts are looked through for the client’s own key, turned into bytes and written, in two frames of 50 KB, before the program goes on ${MAIN}`
const DELIVERY = `a record is made of bytes on disk in a thread of its own: read, decoded, looked through for secrets, priced and encoded as a span of some sixty attributes with two more around it. Warm, a small call needs about 90 µs there, and 35 of V8’s own threads, two thirds of them compiling, which a few thousand calls do not pay off. A peer copies a dozen fields of objects that the program has anyway, and loses them at a kill ${SHIPPER}`
const RESIDENT = `a worker of Node 24 that does nothing takes 17 to 18 MB; 8 to 10 are the main thread’s new space, which grows sooner than the bare client’s, 16 to 20 glibc’s arenas of the worker and of V8’s compiler threads, 12 to 16 our heap ${MEMORY}`
const START =
  'five files with the hook, and what Node’s load hooks take of each file of the program; the bare program varies by as much (docs/decisions.md, “What a call costs the main thread (issue 14, fourth look)”)'

/** Text of docs/benchmarks.md by the name of a row. */
export const BOUNDS = new Map([
  ['preload in a program without openai, CPU', START],
  ['start-up of a program that imports openai, CPU', START],
  [
    "the same with `import 'neatlogs'`, CPU",
    `four files more than the preload alone; what starts a program that imports openai is in it, too ${MAIN}`,
  ],
  ['a call, 0.5 KB in and out, main-thread CPU', SMALL_CALL],
  ['a call, 50 KB in and out, main-thread CPU', LARGE_CALL],
  ['a call, 0.5 KB, 50 at once, main-thread CPU', SMALL_CALL],
  [
    'a streamed chunk, main-thread CPU',
    `1 to 1.5 µs by samples: the promise that each read is chained on, and a share of what one call costs, spread over 200 chunks ${MAIN}`,
  ],
  [
    'a `fetch` that is no call of openai, CPU',
    'noise of 10,000 requests over sockets: alone, our listeners take 0.1 µs',
  ],
  ['a call, 0.5 KB, CPU of all threads until delivered', DELIVERY],
  ['a call, 50 KB, CPU of all threads until delivered', DELIVERY],
  ['a stream of 200 chunks, CPU of all threads until delivered', DELIVERY],
  [
    '50 calls a second, CPU of all threads per call, start included',
    `in half a minute the shipper never gets warm: about 150 ms are the start of the worker and the first call, half of the rest is code that V8 compiles while it runs ${MEMORY}`,
  ],
  ['50 calls a second, RSS', RESIDENT],
  [
    '250 calls a second whose answers nobody reads, RSS after a minute',
    `what is held of a call is an id, a token and V8’s cell for it, 250 bytes; the rest is as in the rows of memory below ${MEMORY}`,
  ],
  ['1,000 open streams with prompts of 300 KB, heap', `an entry for each stream, and what its parts hold ${MEMORY}`],
  ['memory after 20,000 calls, destination up, RSS', RESIDENT],
  ['memory after 20,000 calls, server answers 503, RSS', RESIDENT],
  ['install without openai', 'source maps of what runs in the user’s threads, and pino'],
])
