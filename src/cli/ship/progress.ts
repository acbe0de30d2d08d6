// The progress bar of `neatlogs ship`. In: counts. Out: one line of a terminal, rewritten; nothing elsewhere.

import { terminalLine } from '../../safe-text.ts'
import { printable } from '../../secrets/printable.ts'

const BAR_CHARS = 24
const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001b[2K'

export interface Progress {
  add(count: number): void
  /** Why nothing moves, or null when it does again. */
  wait(reason: string | null): void
  close(): void
}

export function openProgress(stream: NodeJS.WriteStream, total: number): Progress {
  if (!stream.isTTY || total === 0) return { add() {}, wait() {}, close() {} }
  let done = 0
  let reason: string | null = null
  let drawnAtMs = 0
  const draw = (): void => {
    drawnAtMs = Date.now()
    const tail = reason === null ? '' : ` waiting: ${terminalLine(printable(reason))}`
    const line = `${progressBar(done, total)}${tail}`
    stream.write(`${CLEAR_LINE}${line.slice(0, Math.max(1, stream.columns - 1))}`)
  }
  draw()
  return {
    add(count) {
      done += count
      if (Date.now() - drawnAtMs >= REDRAW_MS || done >= total) draw()
    },
    wait(why) {
      if (why === reason) return
      reason = why
      draw()
    },
    close: () => {
      stream.write(CLEAR_LINE)
    },
  }
}

/** `████████░░░░░░░░ 12,345 of 20,000 records`; a call that is counted twice does not pass the end. */
export function progressBar(done: number, total: number): string {
  const shown = Math.min(done, total)
  const filled = Math.round((shown / total) * BAR_CHARS)
  const count = `${shown.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} records`
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARS - filled)} ${count}`
}
