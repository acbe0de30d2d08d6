// What the documents tell a reader to type. In: the documents. Out: command lines with the document that has them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../place.ts'

export interface Told {
  readonly document: string
  readonly command: string
}

/** Every document that tells a reader what to do; decisions.md and benchmarks.md tell what was done. */
export function documents(): readonly string[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
  const examples = existsSync(join(ROOT, 'examples')) ? readdirSync(join(ROOT, 'examples')) : []
  return [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...docs.filter((name) => name !== 'decisions.md').map((name) => `docs/${name}`),
    'examples/README.md',
    ...examples.map((name) => `examples/${name}/README.md`),
  ].filter((name) => existsSync(join(ROOT, name)))
}

export const textOf = (document: string): string => readFileSync(join(ROOT, document), 'utf8')

/** Lines of sh blocks; in other blocks `npx neatlogs …`; in the text, code that begins like a command line. */
export function commandsOf(document: string): readonly Told[] {
  const text = textOf(document)
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, kind, block = '']) =>
    kind === 'sh'
      ? linesOf(block)
      : (block.match(/npx neatlogs [^'"\n]*/g) ?? []).filter((line) => !NAMES_A_CALL.test(line)),
  )
  const inline = [...text.replace(/^```\w*\n[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  const found = [...blocks, ...inline.filter((code) => LIKE_A_COMMAND.test(code) && !IS_A_FORM.test(code))]
  return [...new Set(found.map((command) => command.trim()))].map((command) => ({ document, command }))
}

const LIKE_A_COMMAND =
  /^(sudo |env )*([A-Z_]+=\S+ )*(npx |neatlogs \w|npm (run|ci|cit|install|test|start|sbom|audit|pack|stop)\b|node [-\w./]|docker |kubectl |curl |sam |pm2 |git )/
/** An output that is shown says how to go on with a call of that example. */
const NAMES_A_CALL = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/
/** `node --import …` names a way, it cannot be typed. */
const IS_A_FORM = /…|<\w+>/

/** Without comments; a line that ends with a backslash goes on. */
function linesOf(block: string): string[] {
  return block
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '')
}
