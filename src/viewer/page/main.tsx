// Starts the page. In: the static bundle served by the viewer. Out: the app in #app.
import { render } from 'preact'
import { App } from './app.tsx'
import { startKey } from './shell/key.ts'
import { startLive } from './shell/live.ts'
import { startNavigation } from './shell/navigation.ts'
import { startTheme } from './shell/theme.ts'
import './style/index.css'

startTheme()
void startKey().then(() => {
  startNavigation()
  startLive()
  const root = document.getElementById('app')
  if (root) render(<App />, root)
})
