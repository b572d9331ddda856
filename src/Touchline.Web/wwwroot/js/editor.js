// The query editor: a plain text field, with the same text in colours under it. Undo, selection, input methods and screen readers are the
// browser's own, because the field is.
const lexer = /(?<comment>#[^\n]*)|(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?)|(?<number>\d[\w.]*)|(?<word>[a-zA-Z_:][\w:]*)|(?<sign>[^\s\w])|\s+/gy;
const wordCharacter = /[\w:]/;
const closing = { "(": ")", "[": "]", "{": "}", '"': '"', "'": "'" };
const editors = new Map();
let counter = 0;

export function showEditor(element, listener, text, words) {
  if (element && !editors.has(element)) editors.set(element, new Editor(element, listener, text, words));
}

export function setEditorText(element, text) {
  editors.get(element)?.setText(text);
}

export function submitEditor(element) {
  editors.get(element)?.submit();
}

export function removeEditor(element) {
  editors.get(element)?.dispose();
  editors.delete(element);
}

function make(parent, tag, properties) {
  const element = Object.assign(document.createElement(tag), properties);
  parent.append(element);
  return element;
}

class Editor {
  constructor(element, listener, text, { functions, aggregations, keywords }) {
    this.listener = listener;
    this.words = new Map([...functions.map(w => [w, "function"]), ...aggregations.map(w => [w, "aggregation"]), ...keywords.map(w => [w, "keyword"])]);
    this.errors = [];
    this.items = [];
    this.submitted = text;
    const id = `tl-editor-${++counter}`;
    const box = this.box = make(element, "div", { className: "tl-editor-box" });
    this.paint = make(box, "pre", { className: "tl-editor-paint", ariaHidden: "true" });
    this.field = make(box, "textarea", { className: "tl-editor-field", spellcheck: false, value: text, rows: 1, placeholder: "A query in PromQL" });
    this.field.setAttribute("autocomplete", "off");
    this.field.setAttribute("autocapitalize", "off");
    this.field.setAttribute("aria-label", "PromQL query");
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-expanded", "false");
    this.field.setAttribute("aria-controls", `${id}-list`);
    this.field.setAttribute("aria-describedby", `${id}-errors`);
    this.list = make(box, "div", { className: "tl-completions", id: `${id}-list`, role: "listbox", hidden: true });
    this.problems = make(element, "div", { className: "tl-editor-problems", id: `${id}-errors` });
    this.problems.setAttribute("aria-live", "polite");

    this.field.addEventListener("input", event => this.changed(event));
    this.field.addEventListener("keydown", event => this.key(event));
    this.field.addEventListener("scroll", () => this.paint.scrollTop = this.field.scrollTop);
    this.field.addEventListener("blur", () => this.close());
    this.field.addEventListener("pointerdown", () => this.close());
    this.list.addEventListener("pointerdown", event => {
      event.preventDefault();
      const row = event.target.closest("[role=option]");
      if (row) this.accept(Number(row.dataset.index));
    });
    this.draw();
    this.check();
  }

  setText(text) {
    this.field.value = this.submitted = text;
    this.errors = [];
    this.close();
    this.draw();
    this.check();
  }

  changed(event) {
    this.errors = this.errors.length ? [] : this.errors;
    this.draw();
    this.check();
    const typed = event.inputType === "insertText" || event.inputType === "insertCompositionText" ? event.data ?? "" : "";
    const wanted = typed ? wordCharacter.test(typed.at(-1)) || '{(,["'.includes(typed.at(-1)) : !this.list.hidden;
    if (wanted || this.completeNext) this.complete();
    else this.close();
    this.completeNext = false;
  }

  check() {
    clearTimeout(this.checking);
    const text = this.field.value;
    // While a word is being typed it is mostly wrong: errors wait for a pause.
    this.checking = setTimeout(async () => {
      try {
        const errors = await this.listener.invokeMethodAsync("OnCheck", text);
        if (text !== this.field.value) return;
        this.errors = errors;
        this.draw();
      } catch {
        this.errors = []; // The server is away, which the page says in its own place.
      }
    }, 350);
  }

  draw() {
    const text = this.field.value;
    const marks = new Uint8Array(text.length + 1);
    for (const { start, end } of this.errors) marks.fill(1, Math.min(start, text.length), Math.max(Math.min(end, text.length), Math.min(start, text.length) + 1));
    const parts = [];
    for (const { from, to, kind } of this.tokens(text)) {
      for (let i = from; i < to;) {
        let j = i + 1;
        while (j < to && marks[j] === marks[i]) j++;
        parts.push(this.piece(text.slice(i, j), kind, marks[i]));
        i = j;
      }
    }
    if (marks[text.length]) parts.push(this.piece("\u00a0", "", 1));
    this.paint.replaceChildren(...parts, "\n");
    // What is wrong with a query that was run stands in the page already.
    const unsaid = text === this.submitted ? [] : this.errors;
    this.problems.replaceChildren(...unsaid.map(({ line, column, message }) => {
      const row = document.createElement("div");
      row.append(Object.assign(document.createElement("b"), { textContent: `${line}:${column} ` }), message);
      return row;
    }));
    this.field.setAttribute("aria-invalid", this.errors.length > 0);
    this.field.style.height = `${Math.max(this.paint.offsetHeight, 36)}px`;
  }

  piece(text, kind, marked) {
    return Object.assign(document.createElement("span"), { textContent: text, className: `${kind && `tl-q-${kind}`}${marked ? " tl-squiggle" : ""}` });
  }

  tokens(text) {
    const tokens = [];
    const open = [];
    let grouping = false;
    lexer.lastIndex = 0;
    for (let match; lexer.lastIndex < text.length && (match = lexer.exec(text));) {
      const { comment, string, number, word, sign } = match.groups;
      let kind = comment ? "comment" : string ? "string" : number ? "number" : sign ? "sign" : "";
      if (word) {
        const inLabels = open.at(-1) === "{" || open.at(-1) === "by";
        kind = inLabels ? "label" : this.words.get(word.toLowerCase()) ?? "metric";
        grouping = kind === "keyword" && /^(by|without|on|ignoring|group_left|group_right)$/i.test(word);
      } else if (sign) {
        if ("({[".includes(sign)) open.push(sign === "(" && grouping ? "by" : sign);
        if (")}]".includes(sign)) open.pop();
        grouping = false;
      }
      tokens.push({ from: match.index, to: lexer.lastIndex, kind });
    }
    return tokens;
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.isComposing) return;
    if (event.key === "Escape" && open) this.close();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && open) this.move((this.selected + (event.key === "ArrowDown" ? 1 : -1) + this.items.length) % this.items.length);
    else if ((event.key === "PageDown" || event.key === "PageUp") && open) this.move(Math.max(0, Math.min(this.items.length - 1, this.selected + (event.key === "PageDown" ? 8 : -8))));
    else if (event.key === "Tab" && open && !event.shiftKey) this.accept(this.selected);
    else if (event.key === " " && event.ctrlKey) this.complete();
    else if (event.key === "Enter" && !event.shiftKey) {
      // What is already written in full, or was not begun, is meant to be run.
      const typed = this.field.value.slice(this.start, this.end);
      const wanted = open && (this.moved || (typed !== "" && this.items[this.selected].insert !== typed));
      if (wanted && !event.ctrlKey && !event.metaKey) this.accept(this.selected);
      else this.submit();
    } else if (!this.pair(event)) return;
    event.preventDefault();
  }

  // Brackets and quotes come in pairs, and typing the closing one steps over it.
  pair(event) {
    const { value, selectionStart: at, selectionEnd: end } = this.field;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const next = value[at] ?? "";
    if (at === end && next === event.key && Object.values(closing).includes(event.key)) {
      this.field.setSelectionRange(at + 1, at + 1);
      this.close();
      return true;
    }
    if (event.key === "Backspace" && at === end && at > 0 && closing[value[at - 1]] === next && next) {
      this.field.setSelectionRange(at - 1, at + 1);
      document.execCommand("delete");
      return true;
    }
    const close = closing[event.key];
    if (!close || (at === end && /[\w"']/.test(next)) || (close === event.key && at > 0 && wordCharacter.test(value[at - 1]))) return false;
    const inside = value.slice(at, end);
    this.completeNext = true;
    this.insert(event.key + inside + close, 1);
    return true;
  }

  // Through the browser's own command, so that undo knows of it.
  insert(text, caretBack) {
    this.caretBack = caretBack;
    if (!document.execCommand("insertText", false, text)) {
      this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
      this.draw();
    }
    const at = this.field.selectionEnd - caretBack;
    this.field.setSelectionRange(at, at);
  }

  submit() {
    this.close();
    this.submitted = this.field.value;
    this.draw();
    this.listener.invokeMethodAsync("OnSubmitted", this.field.value).catch(() => {
      // The connection is lost, and the notice over the page says so; the query stays in the field.
    });
  }

  async complete() {
    const ticket = this.ticket = {};
    // The caret is moved after the text in some cases, so it is read a moment later.
    await Promise.resolve();
    const { value, selectionEnd } = this.field;
    try {
      const answer = await this.listener.invokeMethodAsync("OnComplete", value, selectionEnd);
      if (this.ticket !== ticket || value !== this.field.value) return;
      this.offer(answer);
    } catch {
      this.close(); // Without the server there is nothing to offer.
    }
  }

  offer({ start, end, items }) {
    const typed = this.field.value.slice(start, end);
    if (items.length === 0 || (items.length === 1 && items[0].insert === typed)) return this.close();
    Object.assign(this, { start, end, items, moved: false });
    this.list.replaceChildren(...items.map((item, index) => {
      const row = Object.assign(document.createElement("div"), { role: "option", id: `${this.list.id}-${index}`, className: "tl-completion" });
      row.dataset.index = index;
      const badge = Object.assign(document.createElement("span"), { className: `tl-badge tl-q-${item.kind}`, textContent: item.kind[0], title: item.kind });
      row.append(badge, Object.assign(document.createElement("span"), { textContent: item.label }), Object.assign(document.createElement("small"), { textContent: item.detail }));
      return row;
    }));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.place();
    this.select(0);
  }

  place() {
    const range = document.createRange();
    let rest = this.start;
    for (const node of this.paint.childNodes) {
      const inner = node.firstChild ?? node;
      if (rest <= inner.length) {
        range.setStart(inner, rest);
        break;
      }
      rest -= inner.length;
    }
    const caret = range.getBoundingClientRect();
    const box = this.box.getBoundingClientRect();
    const left = Math.max(0, Math.min(caret.left - box.left - 26, box.width - Math.min(520, box.width)));
    this.list.style.left = `${left}px`;
    this.list.style.top = `${(caret.bottom || box.bottom) - box.top + 4}px`;
  }

  move(index) {
    this.moved = true;
    this.select(index);
  }

  select(index) {
    this.selected = index;
    for (const row of this.list.children) row.setAttribute("aria-selected", Number(row.dataset.index) === index);
    const row = this.list.children[index];
    this.field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  accept(index) {
    const item = this.items[index];
    this.close();
    this.field.focus();
    // More of the word may have been typed since the list was asked for.
    const caret = this.field.selectionStart;
    const goesOn = /^[\w:]*$/.test(this.field.value.slice(this.end, caret));
    this.field.setSelectionRange(this.start, goesOn ? Math.max(this.end, caret) : this.end);
    this.completeNext = item.caretBack > 0 && item.kind !== "number";
    this.insert(item.insert, item.caretBack);
  }

  close() {
    this.ticket = null;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  dispose() {
    clearTimeout(this.checking);
    this.ticket = null;
  }
}
