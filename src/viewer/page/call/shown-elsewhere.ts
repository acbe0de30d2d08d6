// Fields of a request's body that the conversation shows, so that no table of parameters does.
export const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  'messages',
  'input',
  'prompt',
  'instructions',
  'tools',
  'model',
  'file',
  'image',
  'mask',
])
