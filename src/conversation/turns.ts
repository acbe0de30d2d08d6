// A conversation as the page shows it, whatever endpoint it went through: turns of parts. Shapes only.

export type Part =
  | { readonly kind: 'text' | 'reasoning' | 'refusal'; readonly text: string }
  /** A picture that lies in the record itself: a data URL. */
  | { readonly kind: 'image'; readonly source: string }
  /** Sound that lies in the record itself, with what it is. */
  | { readonly kind: 'sound'; readonly source: string; readonly details: string }
  /** A picture, sound or file that lies elsewhere, or is only described: named, never loaded. */
  | { readonly kind: 'attachment'; readonly what: string; readonly details: string }
  | ToolCall
  | { readonly kind: 'json'; readonly label: string; readonly value: unknown }

/** A tool call, and its result when a later turn gave one. */
export interface ToolCall {
  readonly kind: 'call'
  readonly id: string | null
  readonly name: string
  readonly args: string
  readonly result: readonly Part[] | null
}

export interface Turn {
  readonly role: string
  /** Beside the role: a participant's name, the number of a choice. */
  readonly note: string | null
  readonly parts: readonly Part[]
  /** Came back from the model in this call; other turns were sent. */
  readonly isAnswer: boolean
}
