// `sideEffects`: a bundler keeps the preload, which is imported for its effect, and drops what is not used.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'vite'
import { expect, test } from 'vitest'
import { makeTemp, ROOT } from '../integration/run.ts'

async function bundled(code: string): Promise<readonly string[]> {
  const root = makeTemp('bundle')
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(ROOT, join(root, 'node_modules', 'neatlogs'))
  const ssr = join(root, 'program.mjs')
  writeFileSync(ssr, code)
  const options = { root, configFile: false, logLevel: 'silent', ssr: { noExternal: true } } as const
  const built = await build({ ...options, build: { write: false, ssr } })
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
  const files = outputs.flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []))
  return files.map((file) => relative(ROOT, file)).filter((file) => !file.startsWith('..'))
}

test('the preload stays', async () => {
  expect(await bundled("import 'neatlogs/register'\n")).toContain('register.mjs')
})

test('one function brings only what it needs', async () => {
  const files = await bundled("import { withContext } from 'neatlogs'\nconsole.log(withContext.name)\n")
  expect(files).toContain('dist/bundle/context.js')
  expect(files.filter((file) => /provider|recorder|openai|api|call/.test(file))).toEqual([])
})
