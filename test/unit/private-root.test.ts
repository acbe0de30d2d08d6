// Counts and index are written in a folder of this user alone, or nowhere: not through a link in the place of the root, of their own folder, or of
// a file of theirs. The program, and the page, go on without them.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openMeter } from '../../src/destinations/otlp-meter.ts'
import { openDiagnostics } from '../../src/diagnostics.ts'
import { WholeItem } from '../../src/shipper/item.ts'
import { openMeasured } from '../../src/shipper/measured.ts'
import { thisProcess } from '../../src/spool/owner.ts'
import { loadOlder, makeFiles, pollFiles } from '../../src/viewer/files.ts'
import { keepIndex } from '../../src/viewer/kept-index.ts'
import { makeTable } from '../../src/viewer/table.ts'
import { makeRecords, writeRecords } from '../integration/viewer/records.ts'
import { makeRecord } from './destinations/records.ts'

let at = ''
let theirs = ''
let root = ''
beforeEach(() => {
  at = mkdtempSync(join(tmpdir(), 'neatlogs-root-'))
  theirs = join(at, 'theirs')
  root = join(at, 'root')
  mkdirSync(theirs, { mode: 0o777 })
})
afterEach(() => rmSync(at, { recursive: true, force: true }))

/** Counts one call, as the shipper does before it notes the call as delivered. */
function count(): boolean {
  const meter = openMeter({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_METRICS_EXPORTER: 'otlp' })
  if (meter === null) throw new Error('no meter')
  const self = thisProcess()
  const diagnostics = openDiagnostics('silent', 'shipper')
  const measured = openMeasured({ root, laneName: 'box-1-1-1-1-aaaa.lane', self, fingerprint: 'f', meter, diagnostics })
  measured.note([new WholeItem(makeRecord({}), 1)], [])
  measured.close()
  return meter.hasNews
}

async function index(): Promise<boolean> {
  const table = makeTable()
  const files = makeFiles(root, table)
  await pollFiles(files)
  while (await loadOlder(files));
  return keepIndex(root, table, files)
}

const records = makeRecords({ count: 5001, endMs: 1_760_000_000_000, spanMs: 3600_000 })

describe('what is counted', () => {
  test('lies in a folder of its own, for this user alone', () => {
    expect(count()).toBe(true)
    const [name = ''] = readdirSync(join(root, 'metrics'))
    expect(statSync(join(root, 'metrics', name)).mode & 0o777).toBe(0o600)
    expect(statSync(join(root, 'metrics')).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(root, 'metrics', name), 'utf8')).not.toMatch(/Be brief|Hello/)
  })

  test.each(['root', 'metrics'])('is in memory alone when %s is a link', (what) => {
    if (what === 'metrics') mkdirSync(root, { mode: 0o700 })
    symlinkSync(theirs, what === 'metrics' ? join(root, 'metrics') : root)
    expect(count()).toBe(true)
    expect(readdirSync(theirs)).toEqual([])
  })

  test('a file in the place of its folder costs nothing but the file', () => {
    mkdirSync(root, { mode: 0o700 })
    writeFileSync(join(root, 'metrics'), 'x')
    expect(count()).toBe(true)
    expect(readFileSync(join(root, 'metrics'), 'utf8')).toBe('x')
  })
})

describe('the index of the page', () => {
  test.each(['root', 'view'])('is not written through %s that is a link', async (what) => {
    const real = what === 'root' ? theirs : root
    mkdirSync(real, { recursive: true, mode: 0o700 })
    writeRecords(real, records, 1)
    symlinkSync(theirs, what === 'root' ? root : join(root, 'view'))
    await expect(index()).rejects.toMatchObject({ code: 'ERR_NEATLOGS_SPOOL' })
    expect(existsSync(join(theirs, 'view'))).toBe(false)
    expect(existsSync(join(theirs, 'index'))).toBe(false)
  })

  test('replaces a link that bears its name, and leaves what that points to', async () => {
    mkdirSync(join(root, 'view'), { recursive: true, mode: 0o700 })
    writeRecords(root, records, 1)
    writeFileSync(join(theirs, 'victim'), 'x')
    symlinkSync(join(theirs, 'victim'), join(root, 'view', 'index'))
    expect(await index()).toBe(true)
    expect(readFileSync(join(theirs, 'victim'), 'utf8')).toBe('x')
    expect(statSync(join(root, 'view', 'index')).mode & 0o777).toBe(0o600)
  })
})
