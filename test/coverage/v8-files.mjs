// Step 1 of the coverage report. In: the files that Node and Chromium write while the tests run, some gigabytes. Out: one V8
// coverage per file of dist and per bundle of the page; a file that was added is deleted.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { mergeScriptCovs } from '@bcoe/v8-coverage'

/** Merged after so many: a merge costs the same for two as for many. */
const MERGE_AT = 50
const BUNDLE = /^http:.*\/assets\/([^/]+\.js)$/

/** Collects coverage files of `folder`; `distFiles`: path below dist → length of its text. */
export function openCollector(folder, distFiles) {
  const scripts = new Map()
  const counts = { files: 0, broken: 0 }

  const add = (key, script) => {
    const entry = scripts.get(key) ?? { source: undefined, waiting: [] }
    entry.source ??= script.source // Chromium no longer has it when the document is gone
    // The page's own address differs from run to run; merging wants one.
    entry.waiting.push({ scriptId: '0', url: key, functions: script.functions })
    if (entry.waiting.length >= MERGE_AT) entry.waiting = [mergeScriptCovs(entry.waiting)]
    scripts.set(key, entry)
  }
  const addAll = ({ result }) => {
    for (const script of result) {
      const key = bundleKey(script) ?? distKey(script, distFiles)
      if (key !== null) add(key, script)
    }
  }
  const collect = (isLast = false) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      try {
        addAll(JSON.parse(readFileSync(path, 'utf8')))
        counts.files++
      } catch {
        if (!isLast) continue // still being written
        counts.broken++
      }
      rmSync(path)
    }
  }
  const merged = () =>
    new Map([...scripts].map(([key, { source, waiting }]) => [key, { source, ...mergeScriptCovs(waiting) }]))
  return { collect, merged, counts }
}

/** A copy of the package in another folder counts too, when it is of the same build. */
function distKey({ url, functions }, distFiles) {
  const path = /\/dist\/(.+\.js)$/.exec(url)?.[1]
  if (path === undefined || distFiles.get(path) !== functions[0]?.ranges[0]?.endOffset) return null
  return `dist/${path}`
}

/** Its name holds a hash of its text. */
function bundleKey({ url }) {
  const name = BUNDLE.exec(url)?.[1]
  return name === undefined ? null : `page ${name}`
}
