// Opens an address in the user's browser. In: a URL of ours. Out: a file that leads there, which the user alone can read.
// Arguments of a process can be read by every user of the machine, so the launcher is told the file's name and no token.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const COMMANDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
])

/** Starts the browser and does not wait for it. Gives the step that takes the file away. */
export function openBrowser(url: string): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'neatlogs-open-')) // mkdtemp makes it 0700
  const file = join(folder, 'open.html')
  writeFileSync(file, pageTo(url), { mode: 0o600, flag: 'wx' })
  const [command = 'xdg-open', ...rest] = COMMANDS.get(process.platform) ?? ['xdg-open']
  const child = spawn(command, [...rest, pathToFileURL(file).href], { stdio: 'ignore', detached: true })
  child.on('error', () => {}) // no such command on a server: the address is printed anyway
  child.unref()
  return () => rmSync(folder, { recursive: true, force: true })
}

/** `url` is ours: letters, digits and `-_:/?=`, nothing that HTML would read as its own. */
function pageTo(url: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${url}">
<title>neatlogs</title>
<p><a href="${url}">Open the page of neatlogs view</a></p>
`
}
