// Diagnostics: pino lines on stderr, loaded with the first line that is wanted. Main thread and worker.
import { createRequire } from 'node:module'
import type { LogLevel } from './options/options.ts'
import { printable } from './secrets/printable.ts'

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent']
type Line = Exclude<LogLevel, 'silent'>

export interface Diagnostics {
  /** Writes one line; fields never hold a key or a prompt. */
  log(level: Line, message: string, fields?: { readonly [name: string]: unknown }): void
  /** The same, once per `code` until `forget(code)`. */
  once(code: string, level: Line, message: string, fields?: { readonly [name: string]: unknown }): void
  forget(code: string): void
}

type PinoLogger = { [level in Line]: (fields: object, message: string) => void }

/** Opens the diagnostics of a thread; `name` tells which. */
export function openDiagnostics(level: LogLevel, thread: 'main' | 'shipper'): Diagnostics {
  const least = LEVELS.indexOf(level)
  const said = new Set<string>()
  let logger: PinoLogger | null = null
  const log: Diagnostics['log'] = (at, message, fields = {}) => {
    if (LEVELS.indexOf(at) < least || level === 'silent') return
    try {
      logger ??= load(level, thread)
      logger[at](safeFields(fields), printable(message))
    } catch {
      // stderr is closed or full: diagnostics are never worth a failure
    }
  }
  return {
    log,
    once(code, at, message, fields) {
      if (said.has(code)) return
      said.add(code)
      log(at, message, { code, ...fields })
    },
    forget: (code) => {
      said.delete(code)
    },
  }
}

/** Errors and servers' words are among them. */
function safeFields(fields: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? printable(value) : value]),
  )
}

function load(level: LogLevel, thread: string): PinoLogger {
  const pino = createRequire(import.meta.url)('pino') as typeof import('pino').default
  const destination = pino.destination({ fd: 2, sync: true })
  return pino({ name: 'neatlogs', level, base: { thread, pid: process.pid } }, destination) as unknown as PinoLogger
}
