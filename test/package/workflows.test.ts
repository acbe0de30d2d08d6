// The workflows: what is published has passed .ci/run, says where it comes from, and no step runs code that can change under its name.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../integration/place.ts'

const FOLDER = join(ROOT, '.github', 'workflows')
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')

test.each(readdirSync(FOLDER))(
  '%s: every action is pinned by its commit, no secret is read, rights are few',
  (name) => {
    const text = read(name)
    const used = [...text.matchAll(/uses: (\S+)(.*)/g)]
    expect(used.length).toBeGreaterThan(1)
    for (const [, action, comment] of used) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/)
    }
    expect(text).not.toMatch(/secrets\.|pull_request_target/)
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m)
  },
)

test('both run the script that contributors run', () => {
  for (const name of ['ci.yml', 'publish.yml']) expect(read(name)).toContain('- run: .ci/run\n')
})

test('publishing: proven before, with provenance, and only that job may say who we are', () => {
  const [before = '', prove = '', publish = ''] = read('publish.yml').split(/^ {2}(?:prove|publish):$/m)
  expect(before).toContain("tags: ['v*']")
  expect(prove.indexOf('npm pack')).toBeGreaterThan(prove.indexOf('.ci/run'))
  expect(prove).toContain('npm audit --omit=dev')
  expect(prove).toContain('npm run --silent sbom')
  expect(prove).not.toContain('id-token')
  expect(publish).toContain('needs: prove')
  expect(publish).toContain('id-token: write')
  expect(publish).toContain('npm publish ./neatlogs-*.tgz --provenance --access public')
  expect(publish).not.toMatch(/checkout|npm (ci|run|install)/)
  const { publishConfig } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { publishConfig: unknown }
  expect(publishConfig).toEqual({ access: 'public', provenance: true })
})
