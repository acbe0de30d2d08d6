// The page's files. In: the folder Vite built, read once at start. Out: body and type for a path of the URL.
// Paths are looked up in a map of what was found, never joined with a folder: no request can name another file.
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { NeatlogsError } from '../errors.ts'

export interface PageFile {
  readonly body: Buffer
  readonly type: string
  /** Named by its content's hash: may be kept for ever. */
  readonly isImmutable: boolean
}

export type PageFiles = ReadonlyMap<string, PageFile>

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml',
  }),
)
/** Addresses of the app: each is the same document, which then reads its own URL. */
const APP_PATHS = /^\/(?:overview|(?:call|trace|session|conversation|thread)\/[^/]+|compare\/[^/]+\/[^/]+)?$/

/** Reads the built page. Throws `ERR_NEATLOGS_USAGE` when it was not built. */
export async function loadPage(folder: string): Promise<PageFiles> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, PageFile>()
  for (const name of names) {
    if (!name.isFile()) continue
    const path = join(name.parentPath, name.name)
    const address = `/${relative(folder, path).split(sep).join('/')}`
    const type = TYPES.get(extname(path)) ?? 'application/octet-stream'
    files.set(address, { body: await readFile(path), type, isImmutable: address.startsWith('/assets/') })
  }
  if (!files.has('/index.html'))
    throw new NeatlogsError('ERR_NEATLOGS_USAGE', `no page in ${folder}: build it with \`npm run build:page\``)
  return files
}

/** Gives the file for a path, or undefined. */
export function findPageFile(files: PageFiles, path: string): PageFile | undefined {
  return files.get(APP_PATHS.test(path) ? '/index.html' : path)
}
