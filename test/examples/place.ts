// Places an example as a user would have it, and reads what its files say. In: a folder's name in examples/. Out: a copy with the
// packed checkout as its `neatlogs`; the shell lines of its README; its YAML.
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { copyExample } from '../../examples/copy.mjs'
import { ROOT } from '../integration/run.ts'

export const EXAMPLES = join(ROOT, 'examples')

export interface Placed {
  /** The example's folder in the copy. */
  readonly folder: string
  /** A folder for all that a test makes. */
  readonly temp: string
  /** A NEATLOGS_DIR, not made yet. */
  readonly dir: string
}

export function place(name: string): Placed {
  const temp = mkdtempSync(join(inject('folder'), `${name}-`))
  return { temp, folder: copyExample(name, join(temp, 'copy'), inject('tarball')), dir: join(temp, 'neatlogs') }
}

export function textOf(...path: string[]): string {
  return readFileSync(join(EXAMPLES, ...path), 'utf8')
}

/** Lines of the README's shell blocks, comments left out. */
export function commandsOf(name: string): readonly string[] {
  const blocks = [...textOf(name, 'README.md').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.trim().split('\n'))
}

export function yamlOf<Shape>(...path: string[]): Shape {
  return parse(textOf(...path)) as Shape
}

export function documentsOf<Shape>(...path: string[]): readonly Shape[] {
  return parseAllDocuments(textOf(...path)).map((document) => {
    if (document.errors[0]) throw document.errors[0]
    return document.toJS() as Shape
  })
}
