// The frame around every page: name, places, whether the page is live, theme and keys. In: the address. Out: the page.
import { useEffect, useState } from 'preact/hooks'
import { CallPage } from './call/call.tsx'
import { ComparePage } from './compare/compare.tsx'
import { ListPage } from './list/list.tsx'
import { OverviewPage } from './overview/overview.tsx'
import { SessionPage } from './session/session.tsx'
import { formatShare } from './shell/format.ts'
import { Help } from './shell/help.tsx'
import { useKeys } from './shell/keys.ts'
import { useLive } from './shell/live.ts'
import { goTo, usePlace } from './shell/navigation.ts'
import { hrefOf, type Place } from './shell/route.ts'
import { toggleTheme, useTheme } from './shell/theme.ts'
import { TracePage } from './trace/trace.tsx'

export function App() {
  const place = usePlace()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const { filter } = place
  useKeys({
    '?': () => setHelpOpen(true),
    o: () => goTo(hrefOf({ page: 'overview' }, filter)),
    l: () => goTo(hrefOf({ page: 'list' }, filter)),
    d: toggleTheme,
  })
  useTitle(place)
  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          <Logo />
          neatlogs
        </a>
        <nav aria-label="Pages">
          <Tab place={place} page="list" words="Calls" />
          <Tab place={place} page="overview" words="Overview" />
        </nav>
        <LiveState />
        <ThemeButton />
        <button type="button" class="icon-button" onClick={() => setHelpOpen(true)} aria-label="Keys">
          ?
        </button>
      </header>
      <Page place={place} />
      <Help isOpen={isHelpOpen} close={() => setHelpOpen(false)} />
    </>
  )
}

function Page({ place: { route, filter } }: { place: Place }) {
  if (route.page === 'call') return <CallPage key={route.id} id={route.id} filter={filter} />
  if (route.page === 'trace') return <TracePage key={route.id} id={route.id} filter={filter} />
  if (route.page === 'session') return <SessionPage key={route.id} by="session" id={route.id} filter={filter} />
  if (route.page === 'conversation')
    return <SessionPage key={route.id} by="conversation" id={route.id} filter={filter} />
  if (route.page === 'thread') return <SessionPage key={route.id} by="trace" id={route.id} filter={filter} />
  if (route.page === 'compare')
    return <ComparePage key={`${route.id} ${route.other}`} id={route.id} other={route.other} filter={filter} />
  return route.page === 'overview' ? <OverviewPage filter={filter} /> : <ListPage filter={filter} />
}

const TITLES: { readonly [Page in Place['route']['page']]: string } = {
  list: 'Calls',
  overview: 'Overview',
  call: 'Call',
  trace: 'Trace',
  session: 'Session',
  conversation: 'Conversation',
  thread: 'Conversation',
  compare: 'Two calls',
}

function useTitle({ route }: Place): void {
  useEffect(() => {
    document.title = `${TITLES[route.page]} · neatlogs`
  }, [route.page])
}

function Tab({ place, page, words }: { place: Place; page: 'list' | 'overview'; words: string }) {
  const isCurrent = (place.route.page === 'overview') === (page === 'overview')
  return (
    <a class="tab" href={hrefOf({ page }, place.filter)} {...(isCurrent ? { 'aria-current': 'page' as const } : {})}>
      {words}
    </a>
  )
}

function LiveState() {
  const { change, isConnected } = useLive()
  if (!isConnected)
    return (
      <span class="live is-lost" role="status">
        <span class="dot" aria-hidden="true" /> Not connected
      </span>
    )
  const { done_bytes: done = 0, total_bytes: total = 0 } = change?.loading ?? {}
  return (
    <span class="live" role="status">
      <span class="dot" aria-hidden="true" /> {done < total ? `Reading ${formatShare(done, total)}` : 'Live'}
    </span>
  )
}

function ThemeButton() {
  const theme = useTheme()
  const words = theme === 'dark' ? 'Change to light' : 'Change to dark'
  return (
    <button type="button" class="icon-button" onClick={toggleTheme} aria-label={words} title={words}>
      <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true" class="icon">
        {theme === 'dark' ? (
          <path d="M8 4.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4ZM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M3.2 12.8l1-1M11.8 4.2l1-1" />
        ) : (
          <path d="M13.4 9.8A5.8 5.8 0 0 1 6.2 2.6a5.8 5.8 0 1 0 7.2 7.2Z" />
        )}
      </svg>
    </button>
  )
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="logo-back" />
      <path d="M8 10h16M8 16h11M8 22h6" class="logo-lines" />
    </svg>
  )
}
