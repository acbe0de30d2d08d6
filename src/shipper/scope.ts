// What the lanes of one process share: an open frame may lie in one of them and its close frame in the next (a folder that was
// deleted, a lease that was lost). In: the pipelines of these lanes for one destination. Out: one join for all of them. Worker.
import { type Join, openJoin } from './join.ts'

/** One lane's pipeline. */
export interface Member {
  /** All of its lane has been read, and no more will come. */
  isExhausted(): boolean
  /** Nothing is left to read in its lane now. */
  isRead(): boolean
  /** Something it may wait for has happened: a call was settled, another lane was read to its end. */
  onChange(): void
  /** Reads at once what is there now, as far as that is bearable. */
  catchUp(): void
  /** A call's frames are needed no more. */
  letGo(id: string): void
}

export interface Scope {
  readonly join: Join
  readonly members: ReadonlySet<Member>
  /** In the order in which their process wrote to them. */
  enter(member: Member): void
  /** Of an ended process: the lanes before this one have been read to their ends. */
  mayRead(member: Member): boolean
  /** Of a process that runs: there are lanes before this one, which other threads may still write to. */
  isFollower(member: Member): boolean
  /** Reads what lies in the lanes before this one: pieces of an answer come before its end. */
  catchUp(member: Member): void
  /** All that is there now has been read, of all of them: what a call lacks then is nowhere. */
  isRead(): boolean
  /** Nothing more will come from any of them. */
  isOver(): boolean
  change(): void
  letGo(id: string): void
}

/** `laneCount`: lanes of an ended process, none of which is over before all have entered; absent for a process that runs. */
export function openScope(laneCount?: number): Scope {
  const members = new Set<Member>()
  const isLive = laneCount === undefined
  const before = (member: Member): readonly Member[] => {
    const all = [...members]
    return all.slice(0, all.indexOf(member))
  }
  return {
    join: openJoin(),
    members,
    enter: (member) => {
      members.add(member)
    },
    mayRead: (member) => isLive || before(member).every((earlier) => earlier.isExhausted()),
    isFollower: (member) => isLive && before(member).length > 0,
    catchUp(member) {
      for (const earlier of before(member)) earlier.catchUp()
    },
    isRead: () => [...members].every((member) => member.isRead()),
    isOver: () => members.size >= (laneCount ?? 1) && [...members].every((member) => member.isExhausted()),
    change() {
      for (const member of members) member.onChange()
    },
    letGo(id) {
      for (const member of members) member.letGo(id)
    },
  }
}
