// Tabs of the ARIA authoring practices: arrows move, the chosen one alone is in the tab order.
export function tabs(all, show) {
  const choose = (tab) => {
    for (const other of all) {
      other.setAttribute('aria-selected', other === tab);
      other.tabIndex = other === tab ? 0 : -1;
    }
    show(tab);
  };
  all.forEach((tab, place) => {
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(place + step + all.length) % all.length];
      next.focus();
      choose(next);
    });
  });
}
