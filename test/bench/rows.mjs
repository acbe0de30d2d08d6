// What is measured: one row per figure. `field` of the line that `program` prints; budgets are those of DESIGN.md, for what is added
// to the bare client. Rows with the same `same` share their runs. `quick` and `peers` replace parts of `env`: peers are slower, and there are six of them.
/** `isEverywhere`: measured on other Nodes, too. `isShort`: a run takes a second or two, and one run tells little: `--rounds` takes none from it. */
const CALL = {
  unit: 'µs',
  program: 'calls.mjs',
  field: 'us',
  rounds: 5,
  peerRounds: 3,
  isEverywhere: true,
  isShort: true,
}
const QUICK_CALLS = { CALLS: '200', WARM: '100' }
const MEMORY = {
  unit: 'MB',
  budget: 30,
  program: 'memory.mjs',
  field: 'mb',
  rounds: 3,
  peerRounds: 1,
  env: { CALLS: '20000' },
}
const QUICK_MEMORY = { CALLS: '800' }
const DELAY = {
  unit: 'ms',
  program: 'delay.mjs',
  same: 'delay',
  rounds: 3,
  peerRounds: 3,
  env: { SIZE: '2500' },
  quick: { SECONDS: '1' },
}

const SMALL = { ...CALL, same: 'small', env: { SIZE: '500', CALLS: '4000', WARM: '2000' }, quick: QUICK_CALLS }
const LARGE = { ...CALL, same: 'large', env: { SIZE: '50000', CALLS: '1000', WARM: '500' }, quick: QUICK_CALLS }
const STREAM = {
  isEverywhere: true,
  unit: 'µs',
  program: 'stream.mjs',
  field: 'us',
  same: 'stream',
  rounds: 5,
  peerRounds: 3,
  quick: { CHUNKS: '50', STREAMS: '10' },
}
/** Rows that peers have no share in: what they would say of these tools is said by the others. */
const OWN = { isOwn: true }
const OTLP = {
  NEATLOGS_API_KEY: '',
  NEATLOGS_EXPORTER: 'otlp',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'SINK',
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
}
const RATE = {
  program: 'rate.mjs',
  same: 'rate',
  rounds: 3,
  peerRounds: 1,
  env: { SIZE: '3000' },
  quick: { SECONDS: '2' },
}
const START = { unit: 'ms', field: 'ms', rounds: 15, peerRounds: 5, isShort: true }

export const ROWS = [
  { ...START, name: 'preload in a program without openai, CPU', budget: 6, program: 'empty.mjs' },
  { ...START, name: 'start-up of a program that imports openai, CPU', budget: 10, program: 'import.mjs' },
  { ...START, ...OWN, name: "the same with `import 'neatlogs'`, CPU", budget: 8, program: 'import-own.mjs' },
  { ...SMALL, name: 'a call, 0.5 KB in and out, main-thread CPU', budget: 25, goal: 1 / 2 },
  { ...LARGE, name: 'a call, 50 KB in and out, main-thread CPU', budget: 80, goal: 1 / 3 },
  {
    ...SMALL,
    same: undefined,
    name: 'a call, 0.5 KB, 50 at once, main-thread CPU',
    budget: 25,
    env: { SIZE: '500', CONCURRENCY: '50' },
  },
  { ...STREAM, name: 'a streamed chunk, main-thread CPU', budget: 0.5 },
  {
    name: 'a `fetch` that is no call of openai, CPU',
    budget: 2,
    unit: 'µs',
    program: 'foreign.mjs',
    field: 'us',
    rounds: 9,
    peerRounds: 3,
    quick: { FETCHES: '200' },
  },
  { ...SMALL, name: 'a call, 0.5 KB, CPU of all threads until delivered', field: 'allUs', goal: 1 },
  { ...LARGE, name: 'a call, 50 KB, CPU of all threads until delivered', field: 'allUs', goal: 1 },
  { ...STREAM, name: 'a stream of 200 chunks, CPU of all threads until delivered', field: 'allUs', goal: 1 },
  {
    ...LARGE,
    ...OWN,
    same: undefined,
    name: 'a call with a prompt of 1 MB, CPU of all threads until delivered',
    field: 'allUs',
    rounds: 3,
    env: { SIZE: '1000000', CALLS: '40', WARM: '20' },
    quick: { CALLS: '4', WARM: '2' },
  },
  {
    ...SMALL,
    ...OWN,
    same: undefined,
    name: 'a call, 0.5 KB, redaction on, CPU of all threads until delivered',
    field: 'allUs',
    env: { ...SMALL.env, NEATLOGS_REDACT: 'email' },
  },
  {
    ...SMALL,
    ...OWN,
    same: undefined,
    name: 'a call, 0.5 KB, to files, CPU of all threads until delivered',
    field: 'allUs',
    env: { ...SMALL.env, NEATLOGS_EXPORTER: 'file', BENCH_UNSEEN: '1' },
  },
  {
    ...SMALL,
    ...OWN,
    same: undefined,
    name: 'a call, 0.5 KB, to an OpenTelemetry backend, CPU of all threads until delivered',
    field: 'allUs',
    env: { ...SMALL.env, ...OTLP },
  },
  {
    ...SMALL,
    ...OWN,
    same: undefined,
    name: 'a call, 0.5 KB, on one core, wall time',
    field: 'wallUs',
    isPinned: true,
  },
  { ...RATE, name: '50 calls a second, CPU of all threads per call, start included', unit: 'µs', field: 'us', goal: 1 },
  { ...RATE, name: '50 calls a second, RSS', unit: 'MB', field: 'mb', budget: 30, goal: 1 },
  {
    ...OWN,
    name: 'a minute without a call, after a few of them, CPU of all threads',
    unit: 'ms',
    program: 'idle.mjs',
    field: 'ms',
    rounds: 1,
    env: { SIZE: '500' },
    quick: { SECONDS: '1', SETTLE_SECONDS: '0' },
  },
  {
    ...MEMORY,
    ...OWN,
    name: '250 calls a second whose answers nobody reads, RSS after a minute',
    budget: 20,
    program: 'unread.mjs',
    rounds: 1,
    env: { SIZE: '2000' },
    quick: { SECONDS: '2' },
  },
  {
    ...MEMORY,
    ...OWN,
    name: '1,000 open streams with prompts of 300 KB, heap',
    budget: 10,
    program: 'open-streams.mjs',
    rounds: 1,
    env: {},
    quick: { STREAMS: '50' },
  },
  { ...DELAY, name: 'event-loop delay, 500 calls a second, p50', field: 'p50' },
  { ...DELAY, name: 'event-loop delay, 500 calls a second, p99', field: 'p99' },
  { ...MEMORY, name: 'memory after 20,000 calls, destination up, RSS', goal: 1, quick: QUICK_MEMORY },
  { ...MEMORY, name: 'memory after 20,000 calls, server answers 503, RSS', goal: 1, down: true, quick: QUICK_MEMORY },
]

export const ENDINGS = [
  { ending: 'return', name: 'return' },
  { ending: 'exit', name: '`process.exit()` at once' },
  { ending: 'throw', name: 'uncaught throw' },
  { ending: 'reject', name: 'unhandled rejection' },
  { ending: 'SIGTERM', name: 'SIGTERM' },
  { ending: 'SIGINT', name: 'SIGINT' },
  { ending: 'SIGKILL', name: 'SIGKILL' },
  { ending: 'abort', name: '`process.abort()`' },
]
