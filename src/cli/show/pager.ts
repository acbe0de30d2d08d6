// Long texts on a terminal, page by page. In: a text. Out: the user's pager shows it; where there is none it is printed. A text for a pipe or a
// file goes there as it is.
import { spawn } from 'node:child_process'

/** As git: quit when it fits on one screen, keep colours, leave the screen as it is. https://git-scm.com/docs/git-config#Documentation/git-config.txt-corepager */
const LESS = 'FRX'
const DEFAULT_PAGER = 'less'

/** Resolves when the reader has left, or the text is written. */
export function page(text: string, env: NodeJS.ProcessEnv, isWanted: boolean): Promise<void> {
  const pager = env.PAGER ?? DEFAULT_PAGER
  if (!isWanted || process.stdout.isTTY !== true || pager.trim() === '' || pager.trim() === 'cat') {
    process.stdout.write(text)
    return Promise.resolve()
  }
  return new Promise((resolve) => {
    // Its own words: `less -S`, as the shell reads them.
    const child = spawn(pager, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { LESS, ...env } })
    child.on('error', () => {
      process.stdout.write(text)
      resolve()
    })
    child.on('close', (code) => {
      // What a shell says of a command that is not there.
      if (code === 127) process.stdout.write(text)
      resolve()
    })
    child.stdin.on('error', () => {}) // left before the end
    child.stdin.end(text)
  })
}
