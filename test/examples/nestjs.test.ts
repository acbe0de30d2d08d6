// The NestJS example: its README's commands, in a copy with the packed checkout, compiled and served for real.
import { expect, test } from 'vitest'
import { readRecords } from '../integration/run.ts'
import { commandsOf, place } from './place.ts'
import { freePort, plainEnv, shell, start, until } from './processes.ts'

test('npm install && npm start: a question to the controller is recorded', async () => {
  const [install, curl = '', tail = '', ...others] = commandsOf('nestjs')
  expect(install).toBe('npm install && npm start')
  expect(others).toEqual([])
  const { folder, dir } = place('nestjs')
  const port = String(await freePort())
  const options = { cwd: folder, env: plainEnv({ NEATLOGS_DIR: dir, PORT: port }) }
  const server = start(['sh', '-c', install ?? ''], options)
  await until(() => server.output().includes('/ask?q=') || server.child.exitCode !== null, 'served', server.output)

  expect(await shell(curl.replace('3000', port), options)).toContain('You said: Who are you')
  server.signal('SIGINT') // what is on its way is delivered at the end
  await server.ended
  expect(readRecords(dir).records).toMatchObject([
    { method: 'chat.completions.create', status: 'ok', service: 'nestjs-example' },
  ])
  expect(await shell(`${tail} --text`, options)).toMatch(/ok +chat\.completions\.create gpt-4o-mini.*Who are you/)
})
