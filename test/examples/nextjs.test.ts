// The Next.js example: its README's commands, in a copy with the packed checkout, built and served for real.
import { expect, test } from 'vitest'
import { readRecords } from '../integration/run.ts'
import { commandsOf, place } from './place.ts'
import { freePort, plainEnv, shell, start, until } from './processes.ts'

test('npm install && npm start: the page and the streaming route are recorded', async () => {
  const [install, curlPage = '', curlRoute = '', tail = '', ...others] = commandsOf('nextjs')
  expect(install).toBe('npm install && npm start')
  expect(others).toEqual([])
  const { folder, dir } = place('nextjs')
  const port = String(await freePort())
  const env = plainEnv({ NEATLOGS_DIR: dir, PORT: port, NEXT_TELEMETRY_DISABLED: '1' })
  const options = { cwd: folder, env }
  const server = start(['sh', '-c', install ?? ''], options)
  await until(() => server.output().includes('Ready in') || server.child.exitCode !== null, 'served', server.output)

  expect(await shell(curlPage.replace('3000', port), options)).toContain('You said: Welcome the visitor.')
  expect(await shell(curlRoute.replace('3000', port), options)).toContain('You said: Count to three')
  await until(() => readRecords(dir).records.length === 2, 'both are recorded', server.output)
  const { records } = readRecords(dir)
  expect(records).toMatchObject([
    { method: 'chat.completions.create', status: 'ok', stream: false, service: 'nextjs-example' },
    { method: 'chat.completions.create', status: 'ok', stream: true, service: 'nextjs-example' },
  ])
  expect(await shell(`${tail} --text`, options)).toMatch(
    /ok +chat\.completions\.create gpt-4o-mini.*\n.*Count to three/s,
  )
  server.signal('SIGINT')
  await server.ended
})
