// One part of a screen that follows what changes. The server says what changed (/events); this
// decides when the part is drawn again: never under somebody's hands, never over a click.
const CALM = 900 // ms since the last key, press or form sent
const TABLE_FOR = 6000 // ms a table counts as in use after it was touched
const LOST_AFTER = 6000 // ms after which a drawing that never came is asked for again
const TYPED = 'input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable=true]'
const TABLE = '[data-testid="stDataFrame"]'
const LAYERS = '[role="dialog"], [role="listbox"], [data-testid="stPopoverBody"]'

export default function ({ data: [data], setTriggerValue, parentElement }) {
  const ear = (window.evergreenLive ??= new Ear())
  const known = ear.parts.get(data.key)
  const part = known?.host === parentElement ? known : new Part(ear, parentElement)
  part.take(data, setTriggerValue)
  ear.parts.set(data.key, part)
  ear.wake()
  return () => {
    part.leave()
    if (ear.parts.get(part.data.key) === part) ear.parts.delete(part.data.key)
  }
}

// What this tab hears, and what the person in front of it is doing.
class Ear {
  constructor() {
    this.heard = { chapters: {}, mine: {} }
    this.parts = new Map()
    this.acted = 0
    this.isDown = false
    this.table = null
    this.tableAt = -TABLE_FOR
    this.drawing = null
    this.hasEnded = false
    this.pace = 0
    this.timer = 0
    const watched = { capture: true, passive: true }
    const acts = ['pointerdown', 'pointerup', 'pointercancel', 'click', 'keydown', 'keyup',
      'input', 'change', 'submit', 'drop', 'paste']
    for (const act of acts) document.addEventListener(act, (event) => this.act(event), watched)
    for (const act of ['wheel', 'pointermove', 'touchmove']) {
      document.addEventListener(act, (event) => this.touch(event), watched)
    }
    document.addEventListener('visibilitychange', () => this.wake())
    this.listen()
  }

  act(event) {
    this.acted = performance.now()
    if (event.type === 'pointerdown') this.isDown = true
    if (event.type === 'pointerup' || event.type === 'pointercancel') this.isDown = false
    this.touch(event)
  }

  touch(event) {
    const table = event.target instanceof Element ? event.target.closest(TABLE) : null
    if (table) {
      this.table = table
      this.tableAt = performance.now()
    }
  }

  listen() {
    if (window.SharedWorker) {
      const worker = new SharedWorker('/live.js', { name: 'evergreen-live' })
      worker.port.onmessage = ({ data }) => this.hear(data)
      worker.port.postMessage('here')
      window.addEventListener('pagehide', () => worker.port.postMessage('gone'))
      window.addEventListener('pageshow', () => worker.port.postMessage('here'))
      return
    }
    // without shared workers (some phones) only the tab in front listens
    let stream = null
    const turn = () => {
      stream?.close()
      stream = null
      if (document.hidden) return
      stream = new EventSource('/events')
      stream.addEventListener('changed', (event) => this.hear(JSON.parse(event.data)))
      stream.addEventListener('ended', () => this.hear({ ended: true }))
      stream.addEventListener('error', () => {
        if (stream?.readyState === EventSource.CLOSED) setTimeout(turn, 15000)
      })
    }
    document.addEventListener('visibilitychange', turn)
    turn()
  }

  hear(told) {
    if (told.ended) this.hasEnded = true
    else if (told.chapters) {
      this.hasEnded = false
      Object.assign(this.heard.chapters, told.chapters)
      Object.assign(this.heard.mine, told.mine)
      this.pace = told.pace ?? this.pace
    }
    this.wake()
  }

  wake() {
    if (!this.timer) this.timer = setInterval(() => this.look(), 120)
  }

  // Whether a drawing may begin: Streamlit drops the click that another drawing overtakes.
  get isCalm() {
    const app = document.querySelector('[data-testid="stApp"]')
    return (
      !this.isDown &&
      performance.now() - this.acted > CALM &&
      app?.dataset.testScriptState === 'notRunning' &&
      app?.dataset.testConnectionState === 'CONNECTED'
    )
  }

  look() {
    const now = performance.now()
    if (this.drawing && now - this.drawing.firedAt > LOST_AFTER) {
      this.drawing.lose()
      this.drawing = null
    }
    const waiting = [...this.parts.values()].filter((part) => part.isBehind(now))
    for (const part of this.parts.values()) if (!waiting.includes(part)) part.hide()
    if (!waiting.length && !this.drawing) {
      clearInterval(this.timer)
      this.timer = 0
    }
    if (this.drawing) return
    if (!this.isCalm) return
    for (const part of waiting) {
      if (now < part.notBefore || (document.hidden && !part.isTimeUp)) continue
      if (part.isWanted || part.isTimeUp || !(part.data.offers || part.isInUse(now))) {
        part.draw(now)
        return
      }
      part.offer()
    }
  }
}

class Part {
  constructor(ear, host) {
    this.ear = ear
    this.host = host
    this.answered = {}
    this.firedAt = 0
    this.notBefore = 0
    this.isWanted = false
    this.tries = 0
    this.isTimeUp = false
  }

  take(data, trigger) {
    this.trigger = trigger
    if (this.data && this.data.drawing === data.drawing) return
    this.data = data
    this.tries = 0
    this.hide()
    this.wait(data.again)
    if (this.ear.drawing === this) this.ear.drawing = null
    if (data.menu) requestAnimationFrame(() => countInMenu(data.menu))
  }

  wait(seconds) {
    clearTimeout(this.clock)
    this.isTimeUp = false
    if (!seconds) return
    this.clock = setTimeout(() => {
      this.isTimeUp = true
      this.ear.wake()
    }, seconds * 1000)
  }

  leave() {
    clearTimeout(this.clock)
    this.hide()
  }

  values() {
    const { chapters, mine } = this.ear.heard
    const found = {}
    for (const name of this.data.chapters) found[name] = chapters[name] ?? 0
    for (const name of this.data.mine) found[`my ${name}`] = mine[name] ?? 0
    return found
  }

  isBehind(now) {
    if (this.tries > 2) return false
    if (this.ear.hasEnded || this.isTimeUp) return true
    const isBehind = Object.entries(this.values()).some(([name, n]) => {
      const seen = this.data.seen[name.replace('my ', '')] ?? 0
      return n > seen && n > (this.answered[name] ?? 0)
    })
    if (isBehind && !this.isAware) this.notBefore = Math.max(this.notBefore, now + this.spread())
    this.isAware = isBehind
    return isBehind
  }

  // Many screens of one desk do not all ask in the same moment.
  spread() {
    return Math.random() * Math.min(this.ear.pace * 150, 900)
  }

  isInUse(now) {
    if (this.data.isInUse) return true
    const area = this.data.scope
      ? document.querySelector(`.st-key-${this.data.scope}`)
      : document.querySelector('.st-key-page')
    if (!area) return false
    let active = document.activeElement
    if (active && area.contains(active)) {
      if (active.closest(TABLE)) return true
      while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
      if (active.matches(TYPED)) return true
    }
    if (now - this.ear.tableAt < TABLE_FOR && area.contains(this.ear.table)) return true
    const selected = window.getSelection()
    if (selected && !selected.isCollapsed && area.contains(selected.anchorNode)) return true
    return [...document.querySelectorAll(LAYERS)].some((layer) => layer.offsetParent !== null)
  }

  draw(now) {
    this.answered = this.values()
    this.isAware = false
    this.isWanted = false
    this.isTimeUp = false
    this.ear.hasEnded = false
    this.firedAt = now
    this.notBefore = now + 1000 * Math.max(this.data.every, this.ear.pace)
    this.ear.drawing = this
    this.trigger('changed', { n: Math.round(now) })
  }

  lose() {
    this.tries += 1
    this.answered = {}
    this.notBefore = 0
  }

  offer() {
    if (this.button) return
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'offer'
    button.textContent = this.data.words
    button.addEventListener('click', () => {
      this.isWanted = true
      this.notBefore = 0
      button.disabled = true
      this.ear.wake()
    })
    this.button = button
    this.host.append(button)
  }

  hide() {
    this.button?.remove()
    this.button = null
  }
}

// The menu stands outside of every fragment: its counts are written where they stand.
function countInMenu(counts) {
  for (const [address, count] of Object.entries(counts)) {
    const badge = document.querySelector(
      `[data-testid="stSidebarNav"] a[href$="/${address}"] .stMarkdownBadge`,
    )
    if (badge && badge.textContent !== count) badge.textContent = count
  }
}
