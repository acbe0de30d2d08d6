// The bench itself, run shortly into a folder of its own: every row is there, all that was recorded arrived, and a part that is measured
// again leaves the others as they were. Nothing is said about time.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { ENDINGS, ROWS } from '../bench/rows.mjs'

const BENCH = fileURLToPath(new URL('../bench/bench.mjs', import.meta.url))
const PEERS = fileURLToPath(new URL('../bench/results/peers.json', import.meta.url))
const LIMIT_MS = 400_000
const out = mkdtempSync(join(tmpdir(), 'neatlogs-bench-test-'))

/** Runs the bench; what it printed is in the failure, if it fails. */
async function bench(...argv: readonly string[]): Promise<void> {
  const ended = await promisify(execFile)(process.execPath, [BENCH, ...argv, '--out', out]).then(
    () => ({ code: 0, stdout: '', stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0)
}
const document = () => readFileSync(join(out, 'benchmarks.md'), 'utf8')

afterAll(() => rmSync(out, { recursive: true, force: true }))

test(
  'a quick run writes every row, and every call has arrived',
  async () => {
    if (existsSync(PEERS)) cpSync(PEERS, join(out, 'peers.json'))
    await bench('--quick')
    const lines = document().split('\n')
    for (const { name } of ROWS) {
      const row = lines.find((line) => line.startsWith(`| ${name} |`))
      expect(row, name).toMatch(/\d/)
      expect(row).not.toMatch(/failed| of \d+ \|/)
    }
    for (const { name } of ENDINGS) expect(lines).toContain(`| ${name} | 0 | 0 |`)
    expect(document()).toContain('| install without openai |')
    expect(document().includes('## Beside other tools')).toBe(existsSync(PEERS))
  },
  LIMIT_MS,
)

test(
  'a short soak loses nothing and adds its part to the document',
  async () => {
    await bench('--soak', '0.1', '--seed', '1')
    expect(document()).toContain('## What it costs')
    for (const what of ['lost', 'wrong content or status'])
      expect(document()).toMatch(new RegExp(`\\*\\*${what}.*\\| 0 \\|`))
    expect(JSON.parse(readFileSync(join(out, 'soak.json'), 'utf8')).counts.served).toBeGreaterThan(0)
  },
  LIMIT_MS,
)
