// All that `npx neatlogs doctor` can say: the one source for its output and docs/troubleshooting.md. Data; `{…}` is filled in.

/** `problem`: records would not arrive, exit code 1. `warn`: something a person should know. `note`, `ok`: facts. */
export type Level = 'ok' | 'note' | 'warn' | 'problem'

export interface Message {
  readonly level: Level
  readonly text: string
  /** What to do; every problem has one. */
  readonly remedy?: string
}

export const MESSAGES = {
  NODE_IN_THREAD: { level: 'ok', text: "Node {version}: hooks run in the program's own thread" },
  NODE_LOADER_THREAD: {
    level: 'note',
    text: 'Node {version}: hooks run in a loader thread, which costs about 50 ms at start',
    remedy: 'Nothing must be done; Node 22.22.3, 24.11.1, 25.1 and later start faster.',
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
    text: "openai is inside {file}, as its headers' names tell: no loader sees it, its calls are seen on the wire",
  },
  OPENAI_INLINED_UNSEEN: {
    level: 'problem',
    text: 'openai is inside {file}, and the fetch of Node {node} shows no requests: its calls are not recorded',
    remedy:
      'Keep openai external, give the client to instrumentOpenAI(client), or use a later neatlogs; report this Node.',
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
  CHOSEN: { level: 'ok', text: '{name}: {address}, because {why}' },
  NOWHERE: {
    level: 'problem',
    text: 'no destination: {why}',
    remedy: 'Unset NEATLOGS_EXPORTER, or name a destination in it: neatlogs, otlp, file or stdout.',
  },
  TAKEN: { level: 'ok', text: '{name}: a test record was taken after {ms} ms' },
  KEY_ACCEPTED: { level: 'ok', text: '{name}: a test record was taken after {ms} ms, the key is accepted' },
  TAKEN_PARTLY: {
    level: 'warn',
    text: '{name}: the server answers 200 but says: {reason}',
    remedy: 'Ask the operator of the server; it takes records, but perhaps not all of each.',
  },
  KEY_MISSING: {
    level: 'problem',
    text: '{name}: {reason}',
    remedy: 'Set the variable where the program is started; what was recorded until then is kept.',
  },
  KEY_REFUSED: {
    level: 'problem',
    text: '{name}: {reason}',
    remedy: 'Correct {key}; records are kept under the key they were made with.',
  },
  REDIRECTED: {
    level: 'problem',
    text: '{name}: {reason}',
    remedy: 'Set {setting} to the address that the redirect names.',
  },
  WRONG_ADDRESS: { level: 'problem', text: '{name}: {reason}', remedy: 'Correct {setting}; records are kept.' },
  NOT_SENT: {
    level: 'problem',
    text: '{name}: nothing can be sent: {reason}',
    remedy: 'Correct the variable that the reason names.',
  },
  UNREACHABLE: {
    level: 'problem',
    text: '{name}: {address} gives no answer: {reason}',
    remedy: 'Check {setting}, firewall and HTTPS_PROXY; records are kept on disk and sent again for seven days.',
  },
  BUSY: {
    level: 'problem',
    text: '{name}: the server takes no records now: {reason}',
    remedy: 'Wait, or ask its operator; records are kept on disk and sent again for seven days.',
  },
  REFUSED: {
    level: 'problem',
    text: '{name}: the server refuses records: {reason}',
    remedy: 'Check {setting} and {protocol}; refused records are kept in rejected.ndjson.',
  },
  DESTINATION_WARNING: { level: 'warn', text: '{name}: {warning}', remedy: 'Correct the variable.' },
  FOLDER_OK: { level: 'ok', text: '{path}: yours alone, {free} free' },
  FOLDER_REFUSED: {
    level: 'problem',
    text: '{reason}',
    remedy: 'Set NEATLOGS_DIR to a folder of your own that nobody else can write: `mkdir -m 700 folder`.',
  },
  FOLDER_UNWRITABLE: {
    level: 'problem',
    text: '{path} cannot be written: {reason}',
    remedy: 'Make room or give the right to write, or set NEATLOGS_DIR to another folder.',
  },
  FOLDER_MEMORY_ONLY: {
    level: 'warn',
    text: '{path} cannot be written: {reason}; records are kept in memory only',
    remedy: 'Set NEATLOGS_DIR to a folder that can be written, or a killed program loses what it has not sent.',
  },
  FOLDER_READABLE: {
    level: 'warn',
    text: '{path} can be read by other users (mode {mode})',
    remedy: 'Prompts are private: `chmod 700` it.',
  },
  FOLDER_FULL: {
    level: 'warn',
    text: '{path} has {free} left',
    remedy: 'Make room; when the disk is full, records are kept in memory only.',
  },
  FOLDER_NETWORK: {
    level: 'warn',
    text: '{path} lies on a network file system ({type})',
    remedy: 'Set NEATLOGS_DIR to a local disk: each call waits for its writes.',
  },
  FOLDER_VOLATILE: {
    level: 'note',
    text: '{path} lies in memory ({type})',
    remedy: 'What is not delivered is gone after a restart of the machine or container.',
  },
  BACKLOG_NONE: { level: 'ok', text: 'nothing waits to be delivered' },
  BACKLOG_RUNNING: {
    level: 'note',
    text: '{calls} of {lanes} running programs wait ({bytes}, oldest {age})',
    remedy: 'They ship them themselves.',
  },
  BACKLOG_ENDED: {
    level: 'warn',
    text: '{calls} of {lanes} ended programs wait ({bytes}, oldest {age})',
    remedy: '`npx neatlogs ship` delivers them now; the next program that records does it too.',
  },
  BACKLOG_OTHER: {
    level: 'warn',
    text: '{calls} of {lanes} ended programs wait for {where} ({bytes}, oldest {age})',
    remedy: 'Run `npx neatlogs ship` with the key and address that those programs had.',
  },
  DROPPED: {
    level: 'warn',
    text: '{calls} were dropped: the spool was full (NEATLOGS_SPOOL_MAX_BYTES) or they were older than seven days',
    remedy: 'Find out why the destination takes nothing; the server is told the count with the next delivery.',
  },
  REJECTED: {
    level: 'warn',
    text: '{count} records were refused for good, last with {status}: {answer}',
    remedy: 'They are kept in {path}; the answer says what the server did not like.',
  },
  OPTION_BAD: { level: 'warn', text: '{warning}', remedy: 'Correct the variable.' },
  OPTION_UNKNOWN: {
    level: 'warn',
    text: '{name} is no variable of neatlogs',
    remedy: 'Look for a slip in its name; docs/configuration.md lists them all.',
  },
} as const satisfies { readonly [code: string]: Message }

export type Code = keyof typeof MESSAGES
