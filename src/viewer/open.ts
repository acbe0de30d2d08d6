// Opens an address in the user's browser. In: a URL of ours. Out: nothing; without a browser the printed address remains.
import { spawn } from 'node:child_process'

const COMMANDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
])

/** Starts the browser and does not wait for it. */
export function openBrowser(url: string): void {
  const [command = 'xdg-open', ...rest] = COMMANDS.get(process.platform) ?? ['xdg-open']
  const child = spawn(command, [...rest, url], { stdio: 'ignore', detached: true })
  child.on('error', () => {}) // no such command on a server: the address is printed anyway
  child.unref()
}
