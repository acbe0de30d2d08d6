import OpenAI from 'openai'

// Asked at every visit, not at build time.
export const dynamic = 'force-dynamic'

/** A server component that asks the model while it renders. */
export default async function Page() {
  const client = new OpenAI()
  const messages = [{ role: 'user', content: 'Welcome the visitor.' }]
  const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages })
  return <p>{answer.choices[0].message.content}</p>
}
