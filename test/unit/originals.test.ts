// What runs beside the program's calls takes clocks, timers and JSON from src/originals.ts: a test suite that fakes them must not stop us, nor
// count our use. Reads the files of the main thread as text.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
const FOLDERS = ['openai', 'recorder', 'preload', 'hook']
/** The program's side of the spool; the rest runs in the shipper. */
const SPOOL = ['bell', 'exit', 'lane', 'relay', 'segment', 'shipper-thread', 'signals', 'spool'].map(
  (name) => `spool/${name}.ts`,
)
/** Read once, where nothing has run yet, or in Node's hooks thread. */
const EARLY = ['hook/load.ts', 'recorder/lane-info.ts']
const TAKEN = /\b(Date\.now|performance\.now|process\.hrtime|JSON\.(?:parse|stringify))\b/
const TIMER = /(?<![.\w])(setTimeout|setInterval|setImmediate|clearTimeout|clearInterval|queueMicrotask)\(/g

const files = [
  ...FOLDERS.flatMap((folder) => readdirSync(join(SRC, folder)).map((name) => `${folder}/${name}`)),
  ...SPOOL,
  'clock.ts',
]

function slipsOf(text: string): string[] {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  const imported = /import \{([^}]*)\} from '[./]*originals\.ts'/.exec(code)?.[1] ?? ''
  const timers = [...code.matchAll(TIMER)].flatMap(([, name = '']) => (imported.includes(name) ? [] : [name]))
  const taken = TAKEN.exec(code)?.[1]
  return [...timers, ...(taken === undefined ? [] : [taken])]
}

test.each(files.filter((file) => !EARLY.includes(file)))('%s', (file) => {
  expect(slipsOf(readFileSync(join(SRC, file), 'utf8'))).toEqual([])
})

/** `open` of the recorder and `tend` of the start run natively as a whole. */
const NATIVE_WHOLE = ['recorder/recorder.ts', 'preload/start.ts']

test.each(files.filter((file) => !NATIVE_WHOLE.includes(file)))('%s loads its late files natively', (file) => {
  const text = readFileSync(join(SRC, file), 'utf8').replace(/natively\(\s+/g, 'natively(')
  const late = text.split('\n').filter((line) => /require\('\.[^']*\.js'\)/.test(line))
  expect(late.filter((line) => !line.includes('natively('))).toEqual([])
})

test('a slip would be found', () => {
  expect(slipsOf('setTimeout(work, 5)\nconst now = Date.now()\n')).toEqual(['setTimeout', 'Date.now'])
  expect(slipsOf("import { setTimeout } from '../originals.ts'\nsetTimeout(work, 5)\n// Date.now()\n")).toEqual([])
})
