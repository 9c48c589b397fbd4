// A text field that finds one of many actions: the combobox of the ARIA authoring practices.
export class Combo {
  constructor(input, list, choose) {
    this.input = input;
    this.list = list;
    this.choose = choose;
    this.items = [];
    this.shown = [];
    this.at = -1;
    input.addEventListener('input', () => this.open(input.value));
    input.addEventListener('focus', () => { input.select(); this.open(''); });
    input.addEventListener('click', () => this.open(''));
    input.addEventListener('keydown', (event) => this.key(event));
    input.addEventListener('blur', () => this.close());
    // Before the blur that would close the list.
    list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const row = event.target.closest('[role=option]');
      if (row) this.take(this.shown[Number(row.dataset.at)]);
    });
  }

  set(items, current) {
    this.items = items;
    this.current = items.find((item) => item.slug === current) ?? null;
    this.input.value = this.current?.slug ?? '';
  }

  open(typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const text = (item) => `${item.slug} ${item.title} ${item.group} ${item.method} ${item.path}`.toLowerCase();
    this.shown = this.items.filter((item) => words.every((word) => text(item).includes(word)));
    this.at = Math.max(0, this.shown.indexOf(this.current));
    this.draw();
  }

  draw() {
    let group = '';
    const rows = [];
    this.shown.forEach((item, at) => {
      if (item.group !== group) {
        group = item.group;
        const head = document.createElement('li');
        head.className = 'c-group';
        head.setAttribute('role', 'presentation');
        head.textContent = group.replaceAll('-', ' ');
        rows.push(head);
      }
      const row = document.createElement('li');
      row.id = `${this.list.id}-${at}`;
      row.dataset.at = at;
      row.setAttribute('role', 'option');
      row.setAttribute('aria-selected', at === this.at);
      const title = document.createElement('span');
      title.textContent = item.title;
      const slug = document.createElement('span');
      slug.textContent = item.slug;
      row.append(title, slug);
      rows.push(row);
    });
    if (!rows.length) {
      const none = document.createElement('li');
      none.className = 'c-group';
      none.textContent = 'No such action';
      rows.push(none);
    }
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.mark();
  }

  mark() {
    for (const row of this.list.querySelectorAll('[role=option]')) {
      row.setAttribute('aria-selected', Number(row.dataset.at) === this.at);
    }
    const row = document.getElementById(`${this.list.id}-${this.at}`);
    this.input.setAttribute('aria-activedescendant', row ? row.id : '');
    row?.scrollIntoView({ block: 'nearest' });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) { this.open(''); return; }
      this.at = Math.min(this.shown.length - 1, Math.max(0, this.at + step));
      this.mark();
    } else if (event.key === 'Enter' && !this.list.hidden) {
      event.preventDefault();
      if (this.shown[this.at]) this.take(this.shown[this.at]);
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      // Before the focus moves: the list would take it, and then be gone.
      this.close();
    }
  }

  take(item) {
    this.current = item;
    this.close();
    this.choose(item);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.input.value = this.current?.slug ?? '';
  }
}
