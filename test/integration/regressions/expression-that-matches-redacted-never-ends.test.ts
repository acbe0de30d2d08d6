// Symptom: an own expression that finds something in `[Redacted]` (`/a/`, `/\w+/`) and in the name of a field redacted that name again and again,
// and the worker never came back. Found by `npm run fuzz facts`, its second input.
import { expect, test } from 'vitest'
import { compileRedactor, redactJson } from '../../../src/content/redact.ts'

test.each(['/a/', '/\\w+/', '/./', '/\\[/'])('%s', (rule) => {
  const { find } = compileRedactor([rule])
  if (find === null) throw new Error('no finder')
  const once = redactJson({ team_a: 'a[b', deep: { bad: [{ a: 1 }] } }, find)
  expect(redactJson(once, find)).toEqual(once)
})
