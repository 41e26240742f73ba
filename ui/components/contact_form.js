// The contact form: the brief of one renewal case and everything that is recorded about it.
//
// State lives in `fields`; the controls only show it. Everything the server says arrives as one
// text in `component.data`; everything a person says leaves as one trigger `save`. What is typed is
// kept as a draft row by plain HTTP, so that it outlives the socket, the page and the server.

const DRAFT_AFTER_MS = 500
const ANSWER_WITHIN_MS = 8000
const LOOK_AGAIN_MS = 1500
const PHONE_SHOWN_MS = 60_000
// What was typed in this page and not saved, by case: it outlives the form's own element.
const UNSAVED = new Map()
const TEXT_FIELDS = new Set(['INPUT', 'TEXTAREA', 'SELECT'])

export default function (component) {
  const host = component.parentElement
  host.contactForm ??= new ContactForm(host)
  host.contactForm.receive(component)
  return () => {
    host.contactForm?.leave()
    delete host.contactForm
  }
}

function make(tag, given = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue
    if (name === 'text') node.textContent = value
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else node.setAttribute(name, value === true ? '' : value)
  }
  node.append(...children.filter(Boolean))
  return node
}

function isTextField(node) {
  return (
    !!node &&
    (node.isContentEditable ||
      (TEXT_FIELDS.has(node.tagName) && !['radio', 'checkbox', 'button'].includes(node.type)))
  )
}

class ContactForm {
  constructor(host) {
    this.root = make('section', { class: 'form', tabindex: '-1' })
    host.append(this.root)
    this.listening = new AbortController()
    const { signal } = this.listening
    // Streamlit's own hot keys do not see into a shadow root: a letter typed here would
    // reach them as if no text field had the caret.
    this.root.addEventListener('keydown', (event) => {
      this.key(event)
      event.stopPropagation()
    }, { signal })
    document.addEventListener('keydown', (event) => this.key(event), { signal })
    window.addEventListener('pagehide', () => this.keep(), { signal })
    window.addEventListener('blur', () => this.keep(), { signal })
    document.addEventListener('visibilitychange', () => document.hidden && this.keep(), { signal })
  }

  receive(component) {
    this.send = component.setTriggerValue
    const before = this.data
    const data = JSON.parse(component.data[0])
    const isAnotherCase = before?.case !== data.case
    const isSaved = this.readAnswer(data)
    if (before && isAnotherCase) this.keep({ atOnce: true })
    this.data = data
    if (isAnotherCase || isSaved) this.open()
    else if (JSON.stringify(before) !== JSON.stringify(data)) this.build()
    if (before?.case === data.case) this.copyPhone(before)
    if (!data.brief.phone.shown) clearTimeout(this.phoneTimer)
    else if (isAnotherCase || !before.brief.phone.shown) this.coverPhoneLater()
  }

  leave() {
    this.keep({ atOnce: true })
    clearTimeout(this.draftTimer)
    clearTimeout(this.answerTimer)
    clearTimeout(this.phoneTimer)
    this.listening.abort()
    this.root.remove()
  }

  // --- the case on screen -------------------------------------------------------------------

  open() {
    clearTimeout(this.draftTimer)
    clearTimeout(this.answerTimer)
    const { blank, draft, texts, version } = this.data
    const left = UNSAVED.get(this.data.case) ?? this.lastResort()
    this.fields = { ...blank, ...(left ?? draft) }
    this.seen = version
    this.isDirty = !!left
    this.attempt = null
    this.isCutOff = false
    this.problem = ''
    this.script = 0
    this.state = left || draft ? texts.draft_restored : this.savedWords ?? ''
    this.savedWords = null
    this.build()
    if (left) this.keepSoon()
    if (!this.takeFocus) return
    this.takeFocus = false
    requestAnimationFrame(() => this.first()?.focus({ preventScroll: this.isOnScreen() }))
  }

  first() {
    return this.root.querySelector('input[name=outcome]') ?? this.root.querySelector('button')
  }

  isOnScreen() {
    const top = this.root.getBoundingClientRect().top
    return top >= 0 && top < window.innerHeight / 2
  }

  build() {
    const had = this.root.getRootNode().activeElement
    const focused = had && this.root.contains(had) ? had.dataset.field : null
    const caret = focused && had.selectionStart != null ? [had.selectionStart, had.selectionEnd] : null
    const { texts, can } = this.data
    this.root.setAttribute('aria-label', this.data.label)
    this.root.dataset.case = this.data.case
    this.root.replaceChildren(...this.brief(), ...(can.work ? this.controls() : this.readOnly()))
    this.show()
    if (!focused) return
    const same = this.root.querySelector(`[data-field="${focused}"]`)
    same?.focus({ preventScroll: true })
    if (same && caret) same.setSelectionRange(...caret)
  }

  brief() {
    const { brief, texts, can } = this.data
    const phone = brief.phone.shown
      ? make('a', { class: 'phone', href: `tel:${brief.phone.shown}`, 'data-field': 'phone' },
        make('span', { text: brief.phone.shown }))
      : brief.phone.masked &&
        make('button', {
          class: 'phone', type: 'button', 'data-field': 'phone', disabled: !can.reveal,
          'aria-label': texts.reveal, title: texts.reveal, 'aria-keyshortcuts': 't Alt+t',
          onclick: () => this.reveal(),
        }, make('span', { text: brief.phone.masked }), can.reveal && make('kbd', { text: 'T' }))
    return [
      make('header', {},
        make('h2', {}, make('a', { href: brief.href, target: '_self', text: brief.name, title: texts.open_file })),
        brief.due && make('span', { class: `badge ${brief.due.tone}`, text: brief.due.text }),
        phone || undefined,
        make('span', { class: 'steps' }, this.step(-1, '↑'), this.step(1, '↓'))),
      make('div', { class: 'who' },
        make('p', { class: 'facts', text: [brief.pinned, brief.facts].filter(Boolean).join(' · ') }),
        can.work && this.pinning()),
      brief.promise && make('p', { class: 'promise' },
        make('span', { 'aria-hidden': true, class: 'mark', text: '◆' }),
        make('strong', { text: brief.promise.when }), brief.promise.what),
      brief.warning && make('p', { class: 'warning', text: brief.warning }),
      brief.terms.length && make('table', {},
        make('thead', {}, make('tr', {}, ...texts.terms_head.map((text) => make('th', { scope: 'col', text })))),
        make('tbody', {}, ...brief.terms.map(([name, ...cells]) =>
          make('tr', {}, make('th', { scope: 'row', text: name }), ...cells.map((text) => make('td', { text })))))),
      brief.history.length && make('ul', { class: 'history', 'aria-label': texts.history },
        ...brief.history.map((line) => make('li', {}, make('span', { text: line.when }), make('p', { text: line.what, title: line.what })))),
      brief.unscripted && make('p', { class: 'facts', text: brief.unscripted }),
      brief.scripts.length && this.scripts(brief.scripts),
    ].filter(Boolean)
  }

  /** The script the case calls for; the others one click, an arrow or X away. */
  scripts(all) {
    const { texts } = this.data
    this.script = Math.min(this.script ?? 0, all.length - 1)
    const said = make('blockquote', { role: 'tabpanel', 'aria-live': 'polite' })
    const note = make('p', { class: 'language' })
    const tabs = all.map(({ name, title }, at) => make('button', {
      type: 'button', role: 'tab', 'data-field': `script.${at}`, text: name, title,
      onclick: () => choose(at, { focuses: true }),
    }))
    const choose = (at, { focuses = false } = {}) => {
      this.script = (at + all.length) % all.length
      said.textContent = all[this.script].text
      said.setAttribute('aria-label', all[this.script].title)
      said.lang = all[this.script].lang
      note.textContent = all[this.script].note
      tabs.forEach((tab, place) => {
        tab.setAttribute('aria-selected', String(place === this.script))
        tab.tabIndex = place === this.script ? 0 : -1
      })
      const tab = tabs[this.script]
      if (focuses) tab.focus({ preventScroll: true })
      tab.parentElement?.scrollTo({ left: tab.offsetLeft - tab.parentElement.offsetLeft - 16 })
    }
    this.nextScript = () => choose(this.script + 1)
    const box = make('div', { class: 'script' },
      make('div', { class: 'head' },
        make('span', { text: this.data.brief.script_head }),
        make('div', {
          class: 'tabs', role: 'tablist', 'aria-label': texts.scripts,
          onkeydown: (event) => {
            const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
            if (!by || event.altKey) return
            event.preventDefault()
            choose(this.script + by, { focuses: true })
          },
        }, ...tabs),
        all.length > 1 && make('button', {
          type: 'button', class: 'next-script', tabindex: '-1', title: texts.next_script,
          'aria-label': texts.next_script, 'aria-keyshortcuts': 'x Alt+x',
          onclick: () => this.nextScript(),
        }, make('span', { 'aria-hidden': true, text: '›' }), make('kbd', { text: 'X' }))),
      said, note)
    choose(this.script)
    return box
  }

  pinning() {
    const { brief, texts } = this.data
    return make('button', {
      type: 'button', class: 'pin', 'data-field': 'pin', title: texts.pin_help,
      'aria-pressed': brief.pinned ? 'true' : 'false', 'aria-keyshortcuts': 'p Alt+p',
      onclick: () => this.pin(),
    }, make('span', { text: brief.pinned ? texts.unpin : texts.pin }), ' ', make('kbd', { text: 'P' }))
  }

  pin() {
    this.send('pin', { case: this.data.case, pin: !this.data.brief.pinned })
  }

  step(by, mark) {
    const { texts } = this.data
    return make('button', {
      type: 'button', 'data-field': `step${by}`, 'aria-label': by < 0 ? texts.before : texts.after,
      title: `${by < 0 ? texts.before : texts.after} Alt+${mark}`,
      'aria-keyshortcuts': by < 0 ? 'Alt+ArrowUp' : 'Alt+ArrowDown',
      onclick: () => this.move(by),
    }, mark)
  }

  /** Go to the row above or below without saving; what was typed stays as a draft. */
  move(by) {
    this.keep({ atOnce: true })
    this.takeFocus = true
    this.send('step', { case: this.data.case, by })
  }

  controls() {
    const { texts, choices } = this.data
    this.stateLine = make('p', { class: 'state', role: 'status', 'aria-live': 'polite' })
    this.problemLine = make('p', { class: 'problem', role: 'alert' })
    this.button = make('button', {
      type: 'button', class: 'primary', 'data-field': 'save', 'aria-keyshortcuts': 'Control+Enter',
      onclick: () => this.save(),
    }, make('span', {}), make('kbd', { text: 'Ctrl+Enter' }))
    return [
      make('div', { class: 'acts' },
        this.radios('act', texts.act, choices.act, { hidden: true }),
        make('label', { class: 'channel', 'data-for': 'contact' }, make('span', { class: 'unseen', text: texts.channel }),
          this.select('channel', choices.channel))),
      this.group('contact', this.radios('outcome', texts.outcome, choices.outcome)),
      this.group('intention', this.radios('intention', texts.intention, choices.intention)),
      this.group('reason', make('label', {}, texts.reason, this.select('reason', choices.reason, texts.choose))),
      this.group('objection', make('label', {}, texts.objection, this.select('objection', choices.objection, texts.objection_none))),
      this.group('lost', make('label', {}, texts.competitor, this.input('competitor', { maxlength: 80 })),
        make('label', {}, texts.their_premium, this.input('their_premium', { inputmode: 'decimal' }))),
      this.group('premium', make('label', {}, texts.premium, this.input('premium', { inputmode: 'decimal' }))),
      this.group('next', this.radios('next', texts.next, choices.next, { optional: true })),
      this.group('next_other', make('label', {}, texts.next_other,
        this.input('next_other', { type: 'datetime-local', min: this.data.next_from, step: 300 })),
        this.clashLine = make('p', { class: 'state', role: 'status' })),
      make('label', { class: 'note' }, make('span', { class: 'unseen', text: texts.note }),
        make('textarea', {
          rows: 2, 'data-field': 'note', placeholder: texts.note, maxlength: 2000,
          oninput: (event) => this.change('note', event.target.value),
        })),
      this.group('market', this.input('market', { maxlength: 1000, placeholder: texts.market, 'aria-label': texts.market })),
      this.problemLine,
      this.button,
      this.stateLine,
    ]
  }

  group(name, ...children) {
    return make('div', { 'data-for': name }, ...children)
  }

  radios(name, legend, choices, { hidden = false, optional = false } = {}) {
    return make('fieldset', { class: `seg ${name}` },
      make('legend', { text: legend, class: hidden && 'unseen' }),
      make('div', {}, ...choices.map(({ value, label, key }) => {
        const radio = make('input', {
          type: 'radio', name, value, 'data-field': `${name}.${value}`,
          'aria-keyshortcuts': key && `${key.toLowerCase()} Alt+${key.toLowerCase()}`,
          onchange: () => this.change(name, value),
          onclick: (event) => {
            if (optional && event.target.dataset.was === 'yes') this.change(name, '')
          },
        })
        return make('label', {}, radio, make('span', { text: label }, key && make('kbd', { text: key })))
      })))
  }

  select(name, choices, empty) {
    return make('select', { 'data-field': name, onchange: (event) => this.change(name, event.target.value) },
      empty && make('option', { value: '', text: empty }),
      ...choices.map(({ value, label }) => make('option', { value, text: label })))
  }

  input(name, given) {
    return make('input', {
      type: 'text', autocomplete: 'off', 'data-field': name, ...given,
      oninput: (event) => this.change(name, event.target.value),
    })
  }

  /** A case somebody may not work any more: what they typed before stays in sight. */
  readOnly() {
    const { texts } = this.data
    const kept = this.fields.note && make('textarea', {
      rows: 3, readonly: true, 'data-field': 'note', 'aria-label': texts.typed_kept,
    })
    if (kept) kept.value = this.fields.note
    return [
      this.problem && make('p', { class: 'problem', role: 'alert', text: this.problem }),
      this.quiet(texts.read_only),
      kept && this.quiet(texts.typed_kept),
      kept,
    ].filter(Boolean)
  }

  quiet(text) {
    return make('p', { class: 'state', text })
  }

  show() {
    if (!this.data.can.work) return
    const { fields, data } = this
    const isContact = fields.act === 'contact'
    const isTalk = ['', 'reached'].includes(fields.outcome)
    const seen = {
      contact: isContact,
      intention: isContact && isTalk,
      reason: fields.act === 'lost' || (isContact && isTalk && fields.intention === 'refuses'),
      objection: isContact && isTalk && ['thinking', 'refuses'].includes(fields.intention),
      lost: fields.act === 'lost' && fields.reason !== 'unreachable',
      premium: ['quoted', 'renewed'].includes(fields.act),
      market: fields.act === 'contact' ? fields.outcome === 'reached' : true,
      next: isContact,
      next_other: isContact && fields.next === 'other',
    }
    for (const node of this.root.querySelectorAll('[data-for]')) node.hidden = !seen[node.dataset.for]
    for (const radio of this.root.querySelectorAll('input[type=radio]')) {
      radio.checked = fields[radio.name] === radio.value
      radio.dataset.was = radio.checked ? 'yes' : 'no'
    }
    for (const name of ['channel', 'reason', 'objection', 'competitor', 'their_premium', 'premium', 'next_other', 'note', 'market']) {
      const node = this.root.querySelector(`[data-field="${name}"]`)
      if (node && node.value !== (fields[name] ?? '')) node.value = fields[name] ?? ''
    }
    this.clashLine.textContent = this.clash()
    const reloads = this.isCutOff && !this.isDirty
    this.button.firstChild.textContent =
      this.attempt ? data.texts.saving : reloads ? data.texts.reload : data.save_labels[fields.act]
    this.button.setAttribute('aria-disabled', this.attempt ? 'true' : 'false')
    this.problemLine.textContent = this.problem
    this.stateLine.textContent = this.state
  }

  /** Which other appointment the chosen time is too close to. */
  clash() {
    const { busy, texts } = this.data
    const chosen = Date.parse(this.fields.next_other)
    const other = busy.find(([when]) => Math.abs(Date.parse(when) - chosen) < 30 * 60_000)
    if (!other) return ''
    const [when, who] = other
    return `◆ ${texts.clash.replace('{name}', who).replace('{time}', when.slice(11))}`
  }

  say(state) {
    this.state = state
    if (this.stateLine) this.stateLine.textContent = state
  }

  // --- typing -------------------------------------------------------------------------------

  change(name, value) {
    this.fields[name] = value
    if (name === 'intention') this.fields.outcome ||= 'reached'
    UNSAVED.set(this.data.case, this.fields)
    this.isDirty = true
    this.problem = ''
    this.show()
    this.keepSoon()
    if (name === 'next' && value === 'other') this.root.querySelector('[data-field=next_other]').focus()
    if (name === 'act' && value !== 'contact') {
      this.root.querySelector(value === 'lost' ? '[data-field=reason]' : '[data-field=premium]').focus()
    }
  }

  key(event) {
    if (!this.data || event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
    if (document.querySelector('[role=dialog]')) return
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (by && event.altKey && !event.shiftKey) return this.act(event, () => this.move(by))
    const isPlain = !event.ctrlKey && !event.metaKey
    const typing = isTextField(event.composedPath()[0]) && !event.altKey
    if (isPlain && !typing && event.code === 'KeyX' && this.nextScript) return this.act(event, this.nextScript)
    if (!this.data.can.work) return
    const where = event.composedPath()[0]
    const isHere = event.composedPath().includes(this.root)
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return this.act(event, () => this.save())
    if (event.key === 'Escape' && isHere) return this.act(event, () => this.stepOut(where))
    if (event.ctrlKey || event.metaKey || (isTextField(where) && !event.altKey)) return
    const pressed = event.altKey ? event.code.replace(/^(Key|Digit|Numpad)/, '') : event.key.toUpperCase()
    if (pressed === 'T') return this.act(event, () => this.reveal())
    if (pressed === 'P') return this.act(event, () => this.pin())
    for (const [name, choices] of Object.entries(this.data.choices)) {
      const found = choices.find(({ key }) => key && key === pressed)
      if (!found) continue
      if (this.root.querySelector(`.${name}`)?.closest('[hidden]')) return
      return this.act(event, () => {
        this.change(name, found.value)
        const after = name === 'intention' && found.value === 'refuses' ? 'reason' : `${name}.${found.value}`
        if (name !== 'act' && found.value !== 'other') this.root.querySelector(`[data-field="${after}"]`)?.focus()
      })
    }
  }

  act(event, what) {
    event.preventDefault()
    what()
  }

  stepOut(where) {
    if (isTextField(where)) this.root.focus({ preventScroll: true })
    else where.blur()
  }

  reveal() {
    if (!this.data.can.reveal) return
    if (this.data.brief.phone.shown) navigator.clipboard?.writeText(this.data.brief.phone.shown).catch(() => {})
    else this.send('reveal', { case: this.data.case })
  }

  coverPhoneLater() {
    clearTimeout(this.phoneTimer)
    this.phoneTimer = setTimeout(() => {
      const { brief } = this.data
      this.data = { ...this.data, brief: { ...brief, phone: { ...brief.phone, shown: null } } }
      this.build()
    }, PHONE_SHOWN_MS)
  }

  copyPhone(before) {
    const { shown } = this.data.brief.phone
    if (!shown || before.brief.phone.shown) return
    navigator.clipboard?.writeText(shown).then(() => this.say(this.data.texts.copied), () => {})
  }

  // --- saving -------------------------------------------------------------------------------

  async save() {
    if (this.attempt || !this.data.can.work) return
    if (this.isCutOff && !this.isDirty) return window.location.reload()
    const missing = this.missing()
    if (missing) {
      this.problem = missing.text
      this.show()
      this.root.querySelector(`[data-field^="${missing.field}"]`)?.focus()
      return
    }
    const { data } = this
    const attempt = `${data.case}/${Date.now()}`
    this.attempt = this.lastAttempt = attempt
    this.problem = ''
    this.show()
    clearTimeout(this.draftTimer)
    await this.keeping
    this.isDirty = true
    this.send('save', { ...this.fields, case: data.case, version: this.seen, attempt })
    this.answerTimer = setTimeout(() => this.noAnswer(attempt), ANSWER_WITHIN_MS)
  }

  missing() {
    const { fields, data: { texts } } = this
    if (fields.act === 'contact') {
      if (!fields.outcome) return { field: 'outcome', text: texts.need_outcome }
      if (fields.outcome === 'reached' && !fields.intention) return { field: 'intention', text: texts.need_intention }
      if (fields.outcome === 'reached' && fields.intention === 'refuses' && !fields.reason) {
        return { field: 'reason', text: texts.need_reason }
      }
      if (fields.next === 'other' && !fields.next_other) return { field: 'next_other', text: texts.need_time }
    }
    if (fields.act === 'lost' && !fields.reason) return { field: 'reason', text: texts.need_reason }
    return null
  }

  /** Whether the server has just said that this form's last attempt is saved. */
  readAnswer({ answer, version }) {
    if (!answer || ![this.attempt, this.lastAttempt].includes(answer.attempt)) return false
    clearTimeout(this.answerTimer)
    this.attempt = this.lastAttempt = null
    if (answer.ok) {
      this.isDirty = false
      UNSAVED.delete(answer.case)
      this.forget(answer.case)
      this.savedWords = answer.text
      this.takeFocus = true
      return true
    }
    this.problem = answer.text
    this.seen = version
    this.keepSoon()
    return false
  }

  /**
   * The socket or the server is gone: say so and keep the text. A server that was started anew
   * does not know this page, so once it has taken the draft the page is to be loaded again.
   */
  noAnswer(attempt) {
    if (this.attempt !== attempt) return
    this.attempt = null
    this.isCutOff = true
    this.problem = this.data.texts.no_answer
    this.show()
    this.keep()
  }

  // --- the draft ----------------------------------------------------------------------------

  keepSoon() {
    clearTimeout(this.draftTimer)
    this.draftTimer = setTimeout(() => this.keep(), DRAFT_AFTER_MS)
  }

  keep({ atOnce = false } = {}) {
    clearTimeout(this.draftTimer)
    if (!this.isDirty || !this.data.can.work) return
    if (this.keeping && !atOnce) return this.keepSoon()
    const { data } = this
    const fields = { ...this.fields }
    const isBlank = Object.entries(data.blank).every(([name, value]) => fields[name] === value)
    const here = () => this.data.case === data.case
    this.isDirty = false
    this.keeping = fetch(`/drafts/${data.draft_form}/${encodeURIComponent(data.draft_subject)}`, {
      method: isBlank ? 'DELETE' : 'PUT',
      keepalive: true,
      credentials: 'same-origin',
      headers: isBlank ? {} : { 'content-type': 'application/json' },
      body: isBlank ? undefined : JSON.stringify(fields),
    }).then((reply) => {
      if (!reply.ok) throw new Error(String(reply.status))
      this.forget(data.case)
      if (here() && !this.attempt) this.say(isBlank ? '' : data.texts.draft_kept)
      if (here()) this.show()
    }).catch((error) => {
      this.remember(data.case, fields)
      if (!here() || this.listening.signal.aborted) return
      this.isDirty = true
      this.say(error.message === '401' ? data.texts.session_over : data.texts.draft_failed)
      this.draftTimer = setTimeout(() => this.keep(), LOOK_AGAIN_MS)
    }).finally(() => {
      this.keeping = null
    })
  }

  /** The tab's own memory, only for what the server could not take. */
  remember(subject, fields) {
    try {
      sessionStorage.setItem(`evergreen.draft.${subject}`, JSON.stringify(fields))
    } catch {
      // A full or forbidden storage leaves the text where it is: on the screen.
    }
  }

  forget(subject) {
    sessionStorage.removeItem(`evergreen.draft.${subject}`)
  }

  lastResort() {
    try {
      return JSON.parse(sessionStorage.getItem(`evergreen.draft.${this.data.case}`))
    } catch {
      return null
    }
  }
}
