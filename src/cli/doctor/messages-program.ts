// What `npx neatlogs doctor` can say of Node and of the program: see messages.ts. Data; `{…}` is filled in.

/** `problem`: records would not arrive, exit code 1. `warn`: something a person should know. `note`, `ok`: facts. */
export type Level = 'ok' | 'note' | 'warn' | 'problem'

export interface Message {
  readonly level: Level
  readonly text: string
  /** What to do; every problem has one. */
  readonly remedy?: string
}

export const PROGRAM_MESSAGES = {
  NODE_IN_THREAD: { level: 'ok', text: "Node {version}: hooks run in the program's own thread" },
  NODE_LOADER_THREAD: {
    level: 'note',
    text: 'Node {version}: hooks run in a loader thread, which costs about 50 ms at start',
    remedy: 'Nothing must be done; Node 22.22.3, 24.11.1, 25.1 and later start faster.',
  },
  OTHER_RUNTIME: {
    level: 'note',
    text: "{runtime}: hooks run in the program's own thread; calls of worker threads and of bundles are not recorded",
    remedy: 'Start the program with --preload, as README.md has it; with Node, all of them are recorded.',
  },
  NODE_TOO_OLD: {
    level: 'problem',
    text: 'Node {version} cannot be hooked: nothing is recorded',
    remedy:
      'Use Node 20.19, 22.12 or later. Where require() of ES modules is off (AWS Lambda), add --experimental-require-module to NODE_OPTIONS.',
  },
  DISABLED: {
    level: 'problem',
    text: 'NEATLOGS_DISABLED is set: nothing is recorded',
    remedy: 'Unset NEATLOGS_DISABLED where the program is started.',
  },
  PRELOAD_SET: { level: 'ok', text: 'NODE_OPTIONS loads neatlogs into every Node program started from here' },
  PRELOAD_NOT_SET: {
    level: 'note',
    text: 'NODE_OPTIONS does not load neatlogs in this shell',
    remedy: 'Start the program with `npx neatlogs run node app.js`, or set NODE_OPTIONS="--import {url}".',
  },
  PRELOAD_FAILS: {
    level: 'problem',
    text: 'no program can start with this NODE_OPTIONS and neatlogs: {reason}',
    remedy:
      'Take the other preloads out of NODE_OPTIONS one by one; write ours as `npx neatlogs register-path` prints it.',
  },
  OPENAI_PATCHED: { level: 'ok', text: 'openai {version} ({format}): patched, {file}' },
  OPENAI_INLINED: {
    level: 'ok',
    text: "openai is inside {file}, as its headers' names tell: no loader sees it, its calls are seen on the wire ({how})",
  },
  OPENAI_INLINED_UNSEEN: {
    level: 'problem',
    text: 'openai is inside {file}, and {runtime} shows no requests ({how}): its calls are not recorded',
    remedy:
      'Keep openai external, give the client to instrumentOpenAI(client), or use a later neatlogs; report this Node.',
  },
  OPENAI_INLINED_OLD: {
    level: 'problem',
    text: 'openai 3 is inside {file}: it does not say on the wire who it is, its calls are not recorded',
    remedy: 'Keep openai external in the build, or take openai 4 or later.',
  },
  OPENAI_NOT_REACHED: {
    level: 'problem',
    text: 'nothing that {entry} loads by name is openai',
    remedy: 'Name the file that makes the calls, or the one that is run: `npx neatlogs doctor app.js`.',
  },
  OPENAI_MAYBE_REACHED: {
    level: 'warn',
    text: '{entry} loads by computed names, or what is not found here, and nothing that it loads by name is openai: the copies beside it would be seen',
    remedy: 'Look at the records of a run: `npx neatlogs tail`.',
  },
  EVAL_WORKER: {
    level: 'warn',
    text: '{file} starts a worker from a text (eval: true), and Node gives it no --import: its calls are not recorded so',
    remedy: 'Start the program with `npx neatlogs run`, or with `{flag}` instead of --import.',
  },
  SINGLE_EXECUTABLE: {
    level: 'warn',
    text: '{file} is a single executable: Node runs no --import in it',
    remedy: 'Start it with `npx neatlogs run`, or with NODE_OPTIONS="{flag}".',
  },
  FOR_BUN: {
    level: 'note',
    text: '{entry} is written for Bun, which reads no NODE_OPTIONS',
    remedy: 'Start it with `bun {flag}`; calls of bundles and of its threads are not recorded there.',
  },
  FOR_DENO: {
    level: 'note',
    text: '{entry} is written for Deno',
    remedy: 'Start it with `deno run -A {flag}`; calls of bundles and of its threads are not recorded there.',
  },
  PNP_ZIPPED: {
    level: 'problem',
    text: 'Yarn has left neatlogs in a zip file, which no thread can read from: nothing is recorded',
    remedy: 'Write `"dependenciesMeta": {"neatlogs": {"unplugged": true}}` into package.json and run `yarn install`.',
  },
  PNP_UNKNOWN: {
    level: 'problem',
    text: '{file} rules what the program loads, and this doctor does not run under it',
    remedy: 'Run it as `yarn neatlogs doctor`; the program as `yarn node --import neatlogs/register app.js`.',
  },
  OPENAI_PARTLY: {
    level: 'problem',
    text: 'openai {version} ({format}): {missing} is missing, its calls are not fully recorded, {file}',
    remedy: 'Use another release of openai, or a later neatlogs, and report this version.',
  },
  OPENAI_NOT_PATCHED: {
    level: 'problem',
    text: 'openai {version} ({format}): loaded but not patched, {file}',
    remedy:
      'Its calls are seen on the wire only. Another tool holds the class: run doctor without NODE_OPTIONS to compare.',
  },
  OPENAI_NOT_LOADED: {
    level: 'warn',
    text: 'openai {version} ({format}): cannot be loaded in Node {node}: {reason}, {file}',
    remedy: 'Run doctor with the Node that runs the program; a copy that the program does not load does not matter.',
  },
  OPENAI_NONE: {
    level: 'problem',
    text: 'no copy of openai is found from {from}',
    remedy: 'Install openai beside the program, or name the file that is run: a bundle is told by what it holds.',
  },
  OPENAI_NONE_HERE: {
    level: 'warn',
    text: 'no copy of openai is found from {from}',
    remedy: "Run doctor in the program's folder, or name its entry: `npx neatlogs doctor app.js`.",
  },
} as const satisfies { readonly [code: string]: Message }
