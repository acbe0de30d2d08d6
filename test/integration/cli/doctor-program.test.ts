// `neatlogs doctor ENTRY` says what happens to the calls of that very program: it said "Records would arrive" of an entry that loads no
// openai, of openai 3 in a bundle, of a worker made from a text, of a single executable, whatever lay beside them.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { otherRuntime } from '../../../fixtures/node.mjs'
import type { Report } from '../../../src/cli/doctor/print.ts'
import { makeTemp, ROOT } from '../run.ts'
import { type Command, cleanEnv, PACKAGE, runCommand, startProgram } from './command.ts'

/** Files beside a real openai 6; gives the codes of what is said of the program. */
async function doctor(entry: string, files: { readonly [path: string]: string }, more: Partial<Command> = {}) {
  const folder = makeTemp('program')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(ROOT, 'fixtures/openai-6.49.0/node_modules/openai'), join(folder, 'node_modules/openai'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const env = { NEATLOGS_DIR: join(makeTemp('doctor'), 'neatlogs'), ...more.env }
  const ended = await runCommand({ ...more, args: ['doctor', '--json', join(folder, entry)], env })
  expect(ended.stderr).toBe('')
  const report = JSON.parse(ended.stdout) as Report
  const section = report.sections.find(({ name }) => name === 'openai')
  const texts = section?.findings.map(({ text }) => text.replaceAll(folder, '.')) ?? []
  return { ok: report.ok, codes: section?.findings.map(({ code }) => code), texts, report }
}

const BOTH = ['OPENAI_PATCHED', 'OPENAI_PATCHED']
const INLINED = '"/chat/completions";"X-Stainless-Package-Version";'

test.each([
  ['a file that takes it', 'a.mjs', { 'a.mjs': "import OpenAI from 'openai'" }],
  [
    'a file that a file takes',
    'a.ts',
    { 'a.ts': "export * from './b/c.js'", 'b/c.ts': 'const x = require("openai/azure")' },
  ],
  [
    'a package for `import` only',
    'a.mjs',
    {
      'a.mjs': 'const { x } = await import("agent/sub")',
      'node_modules/agent/package.json': '{"name":"agent","exports":{"./*":{"import":"./out/*.mjs"}}}',
      'node_modules/agent/out/sub.mjs': 'import{x}from"openai";export{x}',
    },
  ],
])('%s', async (_what, entry, files) => {
  expect(await doctor(entry, files)).toMatchObject({ ok: true, codes: BOTH })
})

test('an entry that loads none, beside copies that could be patched', async () => {
  const none = await doctor('idle.mjs', { 'idle.mjs': "import fs from 'node:fs'" })
  expect(none).toMatchObject({ ok: false, codes: ['OPENAI_NOT_REACHED'] })
  expect(none.texts).toEqual(['nothing that ./idle.mjs loads by name is openai'])
  const maybe = await doctor('app.mjs', { 'app.mjs': 'await import(process.argv[2])' })
  expect(maybe).toMatchObject({ ok: true, codes: ['OPENAI_MAYBE_REACHED', ...BOTH] })
})

test('inside a bundle: by fetch, by node:http, or not at all', async () => {
  const fetched = await doctor('out.js', { 'out.js': INLINED })
  expect(fetched).toMatchObject({ ok: true, codes: ['OPENAI_INLINED'] })
  expect(fetched.texts[0]).toMatch(/seen on the wire \(fetch\)$/)
  const chunk = { 'out.js': 'import(chunks[1])', 'chunks/1.js': `${INLINED}"openai/shims/node"` }
  const written = await doctor('out.js', chunk)
  expect(written.codes?.slice(0, 1)).toEqual(['OPENAI_INLINED'])
  expect(written.texts[0]).toMatch(/^openai is inside \.\/chunks\/1\.js, .*\(node:http\)$/)
  const old = await doctor('out.js', {
    'out.js': `"/chat/completions";"OpenAI/NodeJS/3.3.0";${'create'}ChatCompletion`,
  })
  expect(old).toMatchObject({ ok: false, codes: ['OPENAI_INLINED_OLD'] })
})

test('a worker that is made from a text', async () => {
  const files = {
    'a.cjs': "const { Worker } = require('worker_threads')\nnew Worker(`require('openai')`, {eval: true})",
  }
  expect(await doctor('a.cjs', files)).toMatchObject({ ok: true, codes: ['EVAL_WORKER', ...BOTH] })
  const env = { NODE_OPTIONS: `--require=${join(PACKAGE, 'register.cjs')}` }
  expect(await doctor('a.cjs', files, { env })).toMatchObject({ ok: true, codes: BOTH })
})

// Without the 100 MB of a real one: what is looked for in it. A real one runs in test/programs/bundlers.test.ts.
test('a single executable', async () => {
  const head = `\u007fELF NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2`
  const single = { app: `${head}:1 ${INLINED}` }
  expect(await doctor('app', single)).toMatchObject({ ok: true, codes: ['SINGLE_EXECUTABLE', 'OPENAI_INLINED'] })
  const env = { NODE_OPTIONS: `--require ${join(PACKAGE, 'register.cjs')}` }
  expect(await doctor('app', single, { env })).toMatchObject({ ok: true, codes: ['OPENAI_INLINED'] })
  expect(await doctor('app', { app: `${head}:0` })).toMatchObject({ ok: false, codes: ['OPENAI_NONE'] })
})

test('a program of another runtime, and doctor in that', async () => {
  const bun = { 'a.ts': "#!/usr/bin/env bun\nimport OpenAI from 'openai'" }
  expect(await doctor('a.ts', bun)).toMatchObject({ ok: true, codes: ['FOR_BUN', ...BOTH] })
  const deno = { 'a.ts': "import { x } from 'jsr:@std/x'\nimport OpenAI from 'npm:openai@6'" }
  expect(await doctor('a.ts', deno)).toMatchObject({ ok: true, codes: ['FOR_DENO', ...BOTH] })
  const inBun = await doctor('a.ts', bun, { node: await otherRuntime('bun') })
  expect(inBun).toMatchObject({ ok: true, codes: ['FOR_BUN', ...BOTH] })
  expect(inBun.report.sections[0]?.findings.map(({ code }) => code)).toEqual(['OTHER_RUNTIME'])
  const unseen = await doctor('out.js', { 'out.js': INLINED }, { node: await otherRuntime('bun') })
  expect(unseen).toMatchObject({ ok: false, codes: ['OPENAI_INLINED_UNSEEN'] })
})

test("Yarn's PnP without Yarn", async () => {
  const unknown = await doctor('a.mjs', { 'a.mjs': "import 'openai'", '.pnp.cjs': '' })
  expect(unknown).toMatchObject({ ok: false, codes: ['PNP_UNKNOWN'] })
})

// As Yarn leaves a package that it has not unplugged; with Yarn itself in test/programs/pnp.test.ts.
test('neatlogs in a zip file: doctor says so, and so does the preload, in one line', async () => {
  const home = join(makeTemp('zip'), 'neatlogs.zip/node_modules/neatlogs')
  for (const name of ['dist', 'package.json', 'register.mjs', 'register.cjs']) {
    cpSync(join(PACKAGE, name), join(home, name), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'))
  const app = join(makeTemp('app'), 'app.mjs')
  writeFileSync(app, 'console.log("ran")')
  const run = (args: readonly string[]) =>
    startProgram(process.execPath, args, { env: cleanEnv(), cwd: dirname(app) }, '').ended
  const examined = await run([join(home, 'dist/cli.js'), 'doctor', app])
  expect(examined).toMatchObject({ code: 1, stdout: expect.stringContaining(`[${'PNP_ZIPPED'}]`) })
  for (const flags of [
    ['--import', join(home, 'register.mjs')],
    ['--require', join(home, 'register.cjs')],
  ]) {
    const ended = await run([...flags, app])
    expect(ended).toMatchObject({ code: 0, stdout: 'ran\n' })
    expect(ended.stderr).toMatch(
      /^neatlogs: Yarn has left it in a zip file, nothing is recorded; write .*"unplugged": true.*\n$/,
    )
  }
})
