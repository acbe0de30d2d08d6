// For each row that does not meet its budget or its goal: what bounds it, and where that was measured. In: nothing. Out: texts by the row's name.
// The document shows a text only where its row is not met; a row without one is shown as not explained, and a test fails.

const MAIN = '(docs/decisions.md, “What a call costs the main thread”)'
const SMALL_SHIPPER = '(docs/decisions.md, “The shipper and small calls”)'
const LARGE_SHIPPER = '(docs/decisions.md, “The shipper and large bodies”)'
const COMPILERS = "(docs/decisions.md, “What V8's compilers hold”)"
const MEMORY = '(docs/decisions.md, “Memory, low rates and idleness”)'
const SMALL_CALL = `with no write at all 40 to 50 µs are left, a third of them the client’s own code that runs slower beside ours; a quarter of what is added are the two frames that must be in the kernel before the request leaves and before the program has its answer. Tried: heads put together by hand (dearer in a program), frames put together in one piece, headers read at once. One write for the end of a call and the begin of the next would lose finished calls at a kill ${MAIN}`
const LARGE_CALL = `two writes of 50 KB before the program goes on are 65 µs, two thirds of them new pages and blocks of the file; UTF-16 to bytes takes 19, names of secrets 12. Tried: segments written over again, 40 µs less, not built, as each reader of a spool would have to tell frames from those of before; zeros written ahead; four other ways to UTF-8 ${MAIN}`
const DELIVERY = `a record is made of bytes on disk in a thread of its own: read, decoded, looked through for secrets, priced and encoded as a span of some sixty attributes with two more around it. A peer copies a dozen fields of objects that the program has anyway, and loses them at a kill`
const SMALL_DELIVERY = `${DELIVERY}. Warm, a small call needs some 80 µs there, flat: no function has more than 2.5 %; 33 more are V8’s own threads, which compile 313 functions of it and do not pay that off in a few thousand calls. Tried: attributes of a request like the one before copied, functions put into their callers by a build tool: neither helps ${SMALL_SHIPPER}`
const LARGE_DELIVERY = `${DELIVERY}. Of 440 µs for 50 KB and 50 KB a small call is 150 to 190, JSON.parse 100, copies and the kernel 100, the look for secrets 40; 130 more are V8’s own threads. Tried: requests of 2 MiB, texts that are not parsed but cut at their escapes: dearer ${LARGE_SHIPPER}`
const STREAM_DELIVERY = `${DELIVERY}. The events’ own share (reading 60 KB, UTF-8, runs, folding) is some 150 µs; the rest is the call, in code that a few hundred streams do not warm, and V8 compiling it ${LARGE_SHIPPER}`
const RESIDENT = `a worker of Node 24 that does nothing takes 17 to 18 MB. 10 to 20 more are what V8’s compilers have given back and glibc keeps: all functions that run once a call are compiled in the same call, the 505th, 240 of them at once ${COMPILERS}. The rest is our heap in the worker, 12 to 16 MB, and the main thread’s new space, which grows sooner than the bare client’s. Tried: glibc’s thresholds (no change), a smaller young generation (a fifth more CPU for 8 MB), ending the worker when idle (5 to 8 MB for 110 ms of CPU) ${MEMORY}`
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
    `1 to 1.5 µs by samples: the promise that each read is chained on, and a share of what one call costs, spread over 200 chunks. Tried: a side branch that needs no promise; it shows in stacks and in unhandled rejections ${MAIN}`,
  ],
  [
    'a `fetch` that is no call of openai, CPU',
    'noise of 10,000 requests over sockets: alone, our listeners take 0.1 µs',
  ],
  ['a call, 0.5 KB, CPU of all threads until delivered', SMALL_DELIVERY],
  ['a call, 50 KB, CPU of all threads until delivered', LARGE_DELIVERY],
  ['a stream of 200 chunks, CPU of all threads until delivered', STREAM_DELIVERY],
  [
    '50 calls a second, CPU of all threads per call, start included',
    `in half a minute nothing gets warm: about 150 ms are the start of the worker and the first call; V8 compiles 313 functions of the shipper’s and 200 of ours in the program once each has run 400 times, 300 to 400 ms, whatever they do. Tried: looking half as often, 1 %; a shipper that ends when idle, dearer ${SMALL_SHIPPER}`,
  ],
  ['50 calls a second, RSS', RESIDENT],
  [
    '250 calls a second whose answers nobody reads, RSS after a minute',
    `what is held of a call is an id, a token and V8’s cell for it, 250 bytes; the rest is as in the rows of memory below. Tried: the head of each answer on disk at once, 10 µs a call ${MEMORY}`,
  ],
  ['1,000 open streams with prompts of 300 KB, heap', `an entry for each stream, and what its parts hold ${MEMORY}`],
  ['memory after 20,000 calls, destination up, RSS', RESIDENT],
  ['memory after 20,000 calls, server answers 503, RSS', RESIDENT],
  ['install without openai', 'source maps of what runs in the user’s threads, and pino'],
])
