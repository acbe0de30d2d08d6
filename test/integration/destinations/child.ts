// Runs a few lines of JavaScript in a Node of its own, with the built destinations: what only a whole process can show.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../run.ts'

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

export const DESTINATION = pathToFileURL(join(ROOT, 'dist/destinations/open.js')).href
export const OPTIONS = pathToFileURL(join(ROOT, 'dist/options/options.js')).href

/** Runs `code` as a module. `slowly` reads its output only piece by piece, so that the pipe fills up. */
export function runCode(
  code: string,
  env: { readonly [name: string]: string },
  slowly: ((text: string) => Promise<void>) | null = null,
): Promise<Ended> {
  const args = ['--input-type=module', '--eval', code]
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ stdout, stderr, code: status }))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (slowly === null) return
      child.stdout.pause()
      void slowly(text).then(() => child.stdout.resume())
    })
  })
}
