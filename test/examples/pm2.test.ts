// The PM2 example with the real PM2 of npm, its home in tmp: fork and cluster mode, an end by its signal.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RecordLine, readRecords } from '../integration/run.ts'
import { commandsOf, place } from './place.ts'
import { answers, freePort, plainEnv, type StartOptions, shell, until } from './processes.ts'

const { folder, dir, temp } = place('pm2')
const home = join(temp, 'pm2')
let options: StartOptions = {}
let port = ''

beforeAll(async () => {
  port = String(await freePort())
  const ports = { PORT: port, MODEL_PORT: String(await freePort()) }
  options = { cwd: folder, env: plainEnv({ ...ports, PM2_HOME: home, NEATLOGS_DIR: dir }) }
})

afterAll(() => shell('npx pm2 kill', options))

const of = (records: readonly RecordLine[], service: string): readonly RecordLine[] =>
  records.filter((record) => record.service === service)

test('npm install && npm start: the worker and both web processes are recorded, and end when PM2 asks', async () => {
  const [install = '', curl = '', tail = '', ...others] = commandsOf('pm2')
  expect(install).toBe('npm install && npm start')
  expect(others).toEqual([])
  const table = await shell(install, options)
  expect(table).toMatch(/web .*cluster/)
  expect(table).toMatch(/worker .*fork/)

  await until(() => answers(`http://127.0.0.1:${port}/`), 'the web server is up')
  const pids = new Set<string>()
  let asked = 1
  await until(async () => {
    asked++
    pids.add((await shell(curl.replace('3000', port), options)).split(':')[0] ?? '')
    return pids.size === 2
  }, 'both processes have answered')
  await until(
    () => of(readRecords(dir).records, 'worker').some(({ status }) => status === 'ok'),
    'the worker is recorded',
  )
  expect(await shell(`${tail} --text`, options)).toContain('Who are you')

  await shell('npm stop', options)
  const { records } = readRecords(dir)
  const web = of(records, 'web')
  expect(web.map(({ status }) => status)).toEqual(Array.from({ length: asked }, () => 'ok'))
  expect(new Set(web.map(({ pid }) => String(pid)))).toEqual(pids)
  expect(readFileSync(join(home, 'pm2.log'), 'utf8')).not.toContain('SIGKILL')
})
