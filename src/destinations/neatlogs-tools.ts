// Deliver: the tools of a chat request as NeatLogs reads them. Pure, worker thread. In: `tools`. Out: attributes, and what they cannot hold.
import type { Json } from '../record.ts'
import { asObject, toJson } from './json.ts'
import type { AttributeSink } from './otlp-model.ts'

type Fields = { readonly [key: string]: Json }

/** Adds functions; null when there are none or another kind of tool is among them, which then all stay in the request. */
export function addTools(list: AttributeSink, tools: unknown): (Fields | null)[] | null {
  if (!Array.isArray(tools) || tools.length === 0 || !tools.every(isFunction)) return null
  return (tools as readonly Fields[]).map(({ type: _, function: target, ...rest }, index) => {
    const prefix = `neatlogs.llm.tools.${index}`
    const left: [string, Json][] = []
    for (const [key, value] of Object.entries(target as Fields)) {
      if (key === 'name') list.string(`${prefix}.name`, value)
      else if (key === 'description' && isText(value)) list.string(`${prefix}.description`, value)
      else if (key === 'parameters') list.string(`${prefix}.input_schema`, toJson(value))
      else left.push([key, value])
    }
    const more = { ...rest, ...(left.length === 0 ? {} : { function: Object.fromEntries(left) }) }
    return Object.keys(more).length === 0 ? null : more
  })
}

function isFunction(tool: unknown): boolean {
  const fields = asObject(tool)
  return fields?.type === 'function' && isText(asObject(fields.function)?.name)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.isWellFormed()
}
