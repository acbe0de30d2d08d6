// A process manager's own file is the entry of the programs that it starts (PM2); their calls had the service `pm2`.
import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { makeTemp, ROOT, readRecords } from '../run.ts'

const PROGRAM = `import OpenAI from 'openai'
await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] })
`

test('the service is named after the program, not after the tool in node_modules that loads it', async () => {
  const app = makeTemp('tool')
  const tool = join(app, 'node_modules/manager')
  mkdirSync(tool, { recursive: true })
  symlinkSync(join(ROOT, 'node_modules/openai'), join(app, 'node_modules/openai'))
  writeFileSync(join(tool, 'package.json'), '{"name":"manager","type":"module"}')
  writeFileSync(join(tool, 'start.js'), `await import(${JSON.stringify(pathToFileURL(join(app, 'app.mjs')).href)})`)
  writeFileSync(join(app, 'package.json'), '{"name":"shop"}')
  writeFileSync(join(app, 'app.mjs'), PROGRAM)

  const server = await startOpenAI()
  const dir = join(app, 'neatlogs')
  const env = {
    PATH: process.env.PATH,
    HOME: app,
    NEATLOGS_DIR: dir,
    OPENAI_API_KEY: 'sk-test-tool',
    OPENAI_BASE_URL: `${server.url}/v1`,
  }
  const register = pathToFileURL(join(ROOT, 'register.mjs')).href
  await promisify(execFile)(process.execPath, ['--import', register, join(tool, 'start.js')], { cwd: app, env })
  await server.close()
  expect(readRecords(dir).records.map(({ service }) => service)).toEqual(['shop'])
})
