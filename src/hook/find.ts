// Which copies of a package a program could load, by looking at the disk only. In: the program's file. Out: one place
// per copy and module system. For `neatlogs doctor` and for classes loaded before the hooks. Any thread.
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { identify, indexTargets, type WantedFiles } from './load.ts'
import type { CopyPlace, HookTarget, TargetFile } from './target.ts'

/** Folders of packages looked at in one search; a tree with more is searched in part. 20,000 take about 0.3 s. */
const MAX_FOLDERS = 20_000
/** How deep `node_modules` may lie inside `node_modules`; npm nests two or three levels. */
const MAX_DEPTH = 6

interface Search {
  readonly targets: readonly HookTarget[]
  readonly wanted: WantedFiles
  readonly seen: Set<string>
  readonly found: CopyPlace[]
}

/**
 * Lists the copies of each target in every `node_modules` from `fromFile` upward, nested, aliased and pnpm's included,
 * nearest first. One place for the ES file of a copy and one for its CommonJS file, e.g. `…/openai/client.mjs` and
 * `…/openai/client.js`.
 */
export function findCopies(targets: readonly HookTarget[], fromFile: string): CopyPlace[] {
  const search: Search = { targets, wanted: indexTargets(targets), seen: new Set(), found: [] }
  // A linked entry (`npx`, pnpm) resolves from where it really is, unless --preserve-symlinks-main: both are looked at.
  for (const start of new Set([real(fromFile) ?? fromFile, resolve(fromFile)])) {
    for (let folder = dirname(start); ; folder = dirname(folder)) {
      searchModules(search, join(folder, 'node_modules'), 0)
      if (folder === dirname(folder)) break
    }
  }
  return search.found
}

/** The same of folders that are no part of a `node_modules`, e.g. `/…/openai-npm-6.49.0.zip/node_modules/openai` under Yarn's PnP. */
export function copiesIn(targets: readonly HookTarget[], folders: readonly string[]): CopyPlace[] {
  const search: Search = { targets, wanted: indexTargets(targets), seen: new Set(), found: [] }
  for (const folder of folders) searchPackage(search, folder, MAX_DEPTH)
  return search.found
}

function searchModules(search: Search, modules: string, depth: number): void {
  if (depth > MAX_DEPTH) return
  for (const name of list(modules)) {
    if (name === '.pnpm') searchStore(search, join(modules, name), depth)
    else if (name.startsWith('@'))
      for (const inner of list(join(modules, name))) searchPackage(search, join(modules, name, inner), depth)
    else if (!name.startsWith('.')) searchPackage(search, join(modules, name), depth)
  }
}

/** pnpm keeps `openai@6.1.0_zod@4.0.0/node_modules/openai`; everything else in the store is linked from there. */
function searchStore(search: Search, store: string, depth: number): void {
  const prefixes = search.targets.map((target) => `${target.package.replace('/', '+')}@`)
  for (const name of list(store)) {
    if (prefixes.some((prefix) => name.startsWith(prefix)))
      searchModules(search, join(store, name, 'node_modules'), depth + 1)
  }
}

function searchPackage(search: Search, path: string, depth: number): void {
  const folder = real(path)
  if (folder === null || search.seen.has(folder) || search.seen.size >= MAX_FOLDERS) return
  search.seen.add(folder)
  for (const target of search.targets) {
    for (const files of [target.esm, target.cjs]) {
      const place = firstPlace(search.wanted, folder, files)
      if (place !== null) search.found.push(place)
    }
  }
  searchModules(search, join(folder, 'node_modules'), depth + 1)
}

/** The first file of a target's list that exists: the list names the newest layout first. */
function firstPlace(wanted: WantedFiles, folder: string, files: readonly TargetFile[]): CopyPlace | null {
  const file = files.map((target) => join(folder, target.file)).find((path) => existsSync(path))
  return file === undefined ? null : (identify(wanted, file)?.place ?? null)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // no such folder, or not ours to read
  }
}

function real(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null // a dangling link
  }
}
