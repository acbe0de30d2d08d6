// What was set aside as refused, sent again when a person asks for it. In: `rejected.ndjson` of a root. Out: the records, delivered, or set
// aside again. Lines of another destination or key, and what is not settled when it is stopped, stay. For the command line.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { appendTo, moveTo, readText } from '../private-file.ts'
import type { CallRecord } from '../record.ts'
import { type BatchItem, WholeItem } from './item.ts'
import type { SettledKind } from './pipeline.ts'
import { REJECTED, REJECTED_BEFORE } from './rejects.ts'
import { rulesOf } from './rules.ts'
import type { Owner } from './sender.ts'
import { firstOf, openSignal } from './signal.ts'
import type { Target } from './target.ts'

/** Files that a run before this one has taken and, killed, not put back. */
const TAKEN = /^rejected\.taken-.*\.ndjson$/
const LOOK_MS = 1000

interface Line {
  readonly text: string
  readonly target: Target
  readonly owner: Owner
  readonly item: BatchItem
}

/** Sends the records that were set aside for these destinations. `isStopped` is asked once a second. */
export async function resendRejected(
  root: string,
  targets: readonly Target[],
  isStopped: () => boolean,
  onSettled: (count: number, kind: SettledKind) => void,
): Promise<void> {
  const open = new Map<BatchItem, Line>()
  const settled = openSignal()
  const owners = new Map<string, Owner>()
  const ownerOf = (rules: unknown): Owner => {
    const key = JSON.stringify(rules ?? null)
    const known = owners.get(key)
    if (known !== undefined) return known
    const owner: Owner = {
      rules: rulesOf({ rules: (rules ?? {}) as never }),
      onChange: settled.tell,
      onSettled(items, kind) {
        for (const item of items) open.delete(item)
        onSettled(items.length, kind)
      },
    }
    owners.set(key, owner)
    return owner
  }
  for (const path of takeFiles(root)) {
    const left: string[] = []
    for (const text of readText(path).split('\n')) {
      if (text === '') continue
      const line = parseLine(text, targets, ownerOf)
      if (line === null) left.push(text)
      else open.set(line.item, line)
    }
    for (const { target, owner, item } of open.values()) {
      // As much at a time as is worth holding; what it refuses again it sets aside itself.
      while (!target.sender.hasRoom() && !isStopped()) await firstOf(LOOK_MS, [settled.listen])
      if (!isStopped()) target.sender.offer([item], owner)
    }
    while (open.size > 0 && !isStopped()) await firstOf(LOOK_MS, [settled.listen])
    for (const { sender } of targets) for (const owner of owners.values()) sender.withdraw(owner)
    left.push(...[...open.values()].map(({ text }) => text))
    if (left.length > 0) appendTo(join(root, REJECTED), `${left.join('\n')}\n`)
    rmSync(path)
    if (isStopped()) return
  }
}

/** Takes the files out of the way of programs that set records aside meanwhile. */
function takeFiles(root: string): readonly string[] {
  for (const name of [REJECTED_BEFORE, REJECTED]) {
    try {
      moveTo(join(root, name), join(root, `rejected.taken-${process.pid}-${name}`))
    } catch {
      // there is none
    }
  }
  const taken = readdirSync(root).filter((name) => TAKEN.test(name))
  return taken.sort().map((name) => join(root, name))
}

/** Null for a line that is not for any of these destinations, or is none of ours. */
function parseLine(text: string, targets: readonly Target[], ownerOf: (rules: unknown) => Owner): Line | null {
  try {
    const line = JSON.parse(text) as { fingerprint?: unknown; rules?: unknown; record?: CallRecord }
    const target = targets.find(({ destination }) => destination.fingerprint === line.fingerprint)
    const { record } = line
    if (target === undefined || typeof record?.id !== 'string') return null
    return { text, target, owner: ownerOf(line.rules), item: new WholeItem(record, text.length) }
  } catch {
    return null // cut by a crash: it stays as it is
  }
}
