// Source maps: a stack trace and a debugger show our TypeScript, although `src` is not in the package.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../integration/place.ts'

const DIST = join(ROOT, 'dist')
const filesOf = (pattern: RegExp): string[] =>
  readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('viewer/page') && pattern.test(name),
  )

test('each file has a map that holds its source', () => {
  const scripts = filesOf(/\.js$/)
  expect(scripts.length).toBeGreaterThan(100)
  expect(filesOf(/\.js\.map$/).map((name) => name.replace(/\.map$/, ''))).toEqual(expect.arrayContaining(scripts))
  for (const name of scripts) {
    const map = JSON.parse(readFileSync(join(DIST, `${name}.map`), 'utf8')) as {
      sources: string[]
      sourcesContent?: string[]
    }
    const source = resolve(dirname(join(DIST, name)), map.sources[0] ?? '')
    expect(relative(ROOT, source)).toBe(`src/${name.replace(/\.js$/, '.ts')}`)
    expect(map.sourcesContent).toEqual([readFileSync(source, 'utf8')])
  }
})

test('Node shows the line of the source', () => {
  const script = `import { parseOptions } from '${join(DIST, 'options', 'options.js')}'
    try { parseOptions({}, { sampleRate: 9 }) } catch (error) { console.log(error.stack) }`
  const stack = execFileSync(process.execPath, ['--enable-source-maps', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  const [, line] = /src\/options\/options\.ts:(\d+):\d+/.exec(stack) ?? []
  expect(readFileSync(join(ROOT, 'src', 'options', 'options.ts'), 'utf8').split('\n')[Number(line) - 1]).toContain(
    'new NeatlogsError',
  )
})
