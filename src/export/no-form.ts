// Why a call has no form in a format. Leaf of this room.

/** Thrown and given back within this room; never an error of the program. */
export class NoForm {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

export function fail(reason: string): never {
  throw new NoForm(reason)
}
