// All that `npx neatlogs doctor` can say: the one source for its output and docs/troubleshooting.md. Data; `{…}` is filled in.

import { type Message, PROGRAM_MESSAGES } from './messages-program.ts'

export type { Level, Message } from './messages-program.ts'

export const MESSAGES = {
  ...PROGRAM_MESSAGES,
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
  METRICS_TAKEN: { level: 'ok', text: '{name}: a test measurement was taken at {address}' },
  METRICS_NONE: { level: 'ok', text: '{name}: nobody takes metrics at {address} ({reason}): records alone go there' },
  METRICS_NOT_TAKEN: {
    level: 'warn',
    text: '{name}: metrics are not taken at {address}: {reason}',
    remedy: 'Check {setting}, or set OTEL_METRICS_EXPORTER=none; records are not touched by it.',
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
