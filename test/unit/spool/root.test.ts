// Where the root folder is, and that a folder is used only when nobody else can reach into it.
import { chmodSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { checkPrivate, makePrivate, rootFolder, tmpFolder } from '../../../src/spool/root.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'neatlogs-root-'))

test.each([
  ['/x', { XDG_STATE_HOME: '/s', HOME: '/h' }, '/x'],
  ['x', {}, resolve('x')],
  [null, { XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/neatlogs'],
  [null, { XDG_STATE_HOME: 's', HOME: '/h' }, '/h/.local/state/neatlogs'],
  [null, { XDG_STATE_HOME: '', HOME: '/h' }, '/h/.local/state/neatlogs'],
  [null, { LOCALAPPDATA: '/w', HOME: '/h' }, '/h/.local/state/neatlogs'],
  [null, { HOME: '/' }, tmpFolder()],
  [null, { HOME: '' }, tmpFolder()],
  [null, { HOME: 'h' }, tmpFolder()],
])('%j with %j is %s', (dir, env, expected) => {
  expect(rootFolder(dir, env)).toBe(expected)
})

test('without HOME the user’s own folder counts; the folder in tmp is one per user', () => {
  expect(rootFolder(null, {})).toBe(join(userInfo().homedir, '.local/state/neatlogs'))
  expect(tmpFolder()).toBe(join(tmpdir(), `neatlogs-${process.getuid?.()}`))
})

test('made with its parents, private; one that is there is left as it is', () => {
  const path = join(newFolder(), 'a', 'b')
  makePrivate(path)
  makePrivate(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
  chmodSync(path, 0o755)
  makePrivate(path)
  expect(statSync(path).mode & 0o777).toBe(0o755)
})

test('a parent that is a file is an error of the file system', () => {
  const file = join(newFolder(), 'file')
  writeFileSync(file, '')
  expect(() => makePrivate(join(file, 'a'))).toThrow(/ENOTDIR|EEXIST/)
})

test.each([
  ['a link', 'is a symbolic link', (path: string) => symlinkSync(newFolder(), path)],
  ['a file', 'is not a folder', (path: string) => writeFileSync(path, '')],
])('%s is refused', (_, why, make) => {
  const path = join(newFolder(), 'x')
  make(path)
  expect(() => makePrivate(path)).toThrow(expect.objectContaining({ code: 'ERR_NEATLOGS_SPOOL' }))
  expect(() => checkPrivate(path)).toThrow(`${path} ${why}: prompts are private`)
})

test.each([0o770, 0o702, 0o2770, 0o777])('one of ours with mode %o is mended', (mode) => {
  const path = join(newFolder(), 'x')
  open(path, mode)
  expect(() => checkPrivate(path)).toThrow('can be written by other users')
  makePrivate(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test.runIf(process.platform === 'linux')('a folder below /proc is refused, and does not hang', () => {
  expect(() => makePrivate('/proc/neatlogs/a/b')).toThrow(/ENOENT|EACCES|EPERM/)
})

test('someone else’s is refused', () => {
  const path = newFolder()
  const getuid = vi.spyOn(process, 'getuid').mockReturnValue(12_345)
  try {
    expect(() => checkPrivate(path)).toThrow(`${path} belongs to user ${statSync(path).uid}, not 12345`)
  } finally {
    getuid.mockRestore()
  }
})

function open(path: string, mode: number): void {
  mkdirSync(path)
  chmodSync(path, mode)
}
