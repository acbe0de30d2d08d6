// Makes the shipper's thread die: NEATLOGS_TEST_TERMINATE=ms ends each after so long, the first NEATLOGS_TEST_TERMINATIONS of
// them; NEATLOGS_TEST_HEAP_MB gives the first two too little memory. Counts on stderr. The threads are real, and so are their deaths.
const threads = require('node:worker_threads')
const { writeSync } = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')

const terminateMs = Number(process.env.NEATLOGS_TEST_TERMINATE ?? 0)
const terminations = Number(process.env.NEATLOGS_TEST_TERMINATIONS ?? 0)
const heapMb = Number(process.env.NEATLOGS_TEST_HEAP_MB ?? 0)
const { Worker } = threads
let count = 0

threads.Worker = class extends Worker {
  constructor(file, options) {
    const number = ++count
    const isFrail = heapMb > 0 && number <= 2
    super(
      file,
      isFrail
        ? { ...options, resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 2 } }
        : options,
    )
    if (number <= terminations) setTimeout(() => this.terminate(), terminateMs)
    this.on('error', (error) => writeSync(2, `worker error ${error.code}\n`))
    this.on('exit', () => writeSync(2, 'worker ended\n'))
  }
}
syncBuiltinESMExports()
