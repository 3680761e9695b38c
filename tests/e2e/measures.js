// What a page looks like, measured in it: `window.measures`. Every function returns a list of faults in words.
window.measures = (() => {
  const CONTROLS = 'a[href], button, summary, input:not([type=hidden]), select, textarea';
  const name = (each) => {
    const words = (each.innerText || each.value || '').trim().replace(/\s+/g, ' ').slice(0, 40);
    return `${each.tagName.toLowerCase()}${each.className ? '.' + String(each.className.baseVal ?? each.className).split(' ')[0] : ''} "${words}"`;
  };
  const ancestors = (each) => {
    const found = [];
    for (let here = each; here && here !== document.documentElement; here = here.parentElement) found.push(here);
    return found;
  };
  const isClippedAway = (each) => ancestors(each).some((here) => getComputedStyle(here).clipPath === 'inset(50%)');
  const isShown = (each) => each.checkVisibility({ visibilityProperty: true }) && !isClippedAway(each);
  const blockOf = (each) => ancestors(each).find((here) => !['inline', 'contents'].includes(getComputedStyle(here).display)) || document.body;

  // Every piece of text and every drawing that can be seen, line by line.
  const things = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.data.trim() || !isShown(node.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width && box.height) found.push({ words: node.data.trim().slice(0, 40), box, owner: node.parentElement, block: blockOf(node.parentElement) });
      }
    }
    // A picture with words in it counts by its words.
    for (const each of document.querySelectorAll('svg:not(:has(text)), img')) {
      const box = each.getBoundingClientRect();
      if (box.width && box.height && isShown(each)) found.push({ words: name(each), box, owner: each, block: each });
    }
    return found;
  };

  const sideways = () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const faults = scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide, the window ${clientWidth}`] : [];
    for (const { words, box } of things()) {
      if (box.left < -1 || box.right > clientWidth + 1) faults.push(`"${words}" stands outside the window`);
    }
    return faults;
  };

  // Text must stay inside everything around it that has an edge: a border, a ground of its own, hidden overflow.
  const clipped = () => {
    const faults = [];
    const edged = new Map();
    const hasEdge = (each) => {
      if (!edged.has(each)) {
        const style = getComputedStyle(each);
        const border = ['Top', 'Right', 'Bottom', 'Left'].some((side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== 'none');
        const ground = style.backgroundColor !== 'rgba(0, 0, 0, 0)' || style.backgroundImage !== 'none';
        edged.set(each, !['inline', 'contents'].includes(style.display) && (border || ground || style.overflowX !== 'visible' || style.overflowY !== 'visible'));
      }
      return edged.get(each);
    };
    for (const { words, box, owner } of things()) {
      const slack = box.height * 0.3;
      for (const each of ancestors(owner)) {
        if (each === document.body || !hasEdge(each)) continue;
        const edge = each.getBoundingClientRect();
        if (box.left < edge.left - 1.5 || box.right > edge.right + 1.5 || box.top < edge.top - slack || box.bottom > edge.bottom + slack) {
          faults.push(`"${words}" reaches out of ${name(each)}`);
        }
      }
    }
    return faults;
  };

  // Line boxes are taller than their letters: only their middle counts.
  const overlaps = () => {
    const cut = things().map(({ words, box, block }) => ({
      words, block, left: box.left + 1, right: box.right - 1, top: box.top + box.height * 0.25, bottom: box.bottom - box.height * 0.25,
    }));
    const faults = [];
    for (let i = 0; i < cut.length; i += 1) {
      for (let j = i + 1; j < cut.length; j += 1) {
        const [a, b] = [cut[i], cut[j]];
        if (a.block !== b.block && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
          faults.push(`"${a.words}" and "${b.words}" lie upon each other`);
        }
      }
    }
    return faults;
  };

  // What belongs to a row stays between its edges.
  const leaving = () => things().flatMap(({ words, box, owner }) => {
    const row = owner.closest('li.entry');
    const edge = row && row.getBoundingClientRect();
    const out = row && (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top || box.bottom > edge.bottom);
    return out ? [`"${words}" leaves its row`] : [];
  });

  // WCAG 2.5.8 lets a link inside a sentence be as small as its words; a box counts with its label.
  const small = (least) => [...document.querySelectorAll(CONTROLS)].filter(isShown).flatMap((each) => {
    const label = each.matches('[type=checkbox], [type=radio]') ? each.labels[0] || each : each;
    if (each.matches('a') && getComputedStyle(each).display === 'inline') return [];
    const { width, height } = label.getBoundingClientRect();
    return Math.min(width, height) < least - 0.01 ? [`${name(each)} is ${Math.round(width)} x ${Math.round(height)} px`] : [];
  });

  const moving = () => [
    ...document.getAnimations().map((each) => `${name(each.effect.target)} moves`),
    ...[...document.querySelectorAll('*')]
      .filter((each) => getComputedStyle(each).transitionDuration.split(', ').some((time) => parseFloat(time) > 0))
      .map((each) => `${name(each)} fades`),
  ];

  // With the system's own few colours, a control needs an edge, and words in another colour than its ground.
  const groundOf = (each) => {
    const own = ancestors(each).map((here) => getComputedStyle(here).backgroundColor).find((colour) => colour !== 'rgba(0, 0, 0, 0)');
    return own || getComputedStyle(document.documentElement).backgroundColor;
  };
  const faint = () => [...document.querySelectorAll('.button, .altareq-button, .pill, .progress-disc, .disc, .badge')].filter(isShown).flatMap((each) => {
    const style = getComputedStyle(each);
    const faults = [];
    if (!(parseFloat(style.borderTopWidth) >= 1) || style.borderTopStyle === 'none' || style.borderTopColor === groundOf(each.parentElement)) faults.push(`${name(each)} has no edge`);
    if (style.color === groundOf(each)) faults.push(`the words of ${name(each)} cannot be seen`);
    if (style.backgroundImage !== 'none') faults.push(`${name(each)} keeps a painted ground`);
    return faults;
  });
  const alike = () => [...document.querySelectorAll('.progress')].flatMap((bar) => {
    const looks = [...bar.children].map((step) => {
      const disc = getComputedStyle(step.firstElementChild);
      return [step.querySelector('svg') !== null, disc.borderTopWidth, disc.borderTopColor, disc.backgroundColor].join();
    });
    const states = [...bar.children].map((step) => step.className);
    return states.flatMap((state, i) => states.flatMap((other, j) => (
      i < j && state !== other && looks[i] === looks[j] ? [`steps ${i + 1} and ${j + 1} look alike`] : []
    )));
  });

  // Our own words of a sentence, letter by letter: in the page's script they must run in the page's direction.
  const disorder = (selector, foreign) => {
    const rtl = document.documentElement.dir === 'rtl';
    const ours = rtl ? /[\u0621-\u064a]/ : /[A-Za-z]/;
    const faults = [];
    for (const each of document.querySelectorAll(selector)) {
      if (!isShown(each)) continue;
      const nodes = [];
      const walker = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) if (isShown(walker.currentNode.parentElement)) nodes.push(walker.currentNode);
      const letters = nodes.flatMap((node) => [...Array(node.length).keys()].map((at) => ({ node, at })));
      const text = nodes.map((node) => node.data).join('');
      const theirs = new Set();
      for (let at = text.indexOf(foreign); at >= 0; at = text.indexOf(foreign, at + 1)) {
        for (let i = at; i < at + foreign.length; i += 1) theirs.add(i);
      }
      let before = null;
      letters.forEach(({ node, at }, index) => {
        if (theirs.has(index) || !ours.test(text[index]) || node.parentElement.closest('bdi, [lang]') !== document.documentElement) return;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        if (!box.width) return;
        const sameLine = before && Math.abs(before.top - box.top) < box.height / 2;
        if (sameLine && (rtl ? box.right > before.right + 1 : box.left < before.left - 1)) {
          faults.push(`"${text[index]}" at ${index} of ${name(each)} stands before what it follows`);
        }
        before = box;
      });
    }
    return faults.slice(0, 5);
  };

  // Digits run from left to right in every language.
  const backwards = (selector) => [...document.querySelectorAll(selector)].flatMap((each) => {
    const walker = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    const places = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      [...node.data].forEach((letter, at) => {
        if (!/[0-9]/.test(letter) || !isShown(node.parentElement)) return;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        places.push(range.getBoundingClientRect());
      });
    }
    const turned = places.some((box, at) => at > 0 && box.top <= places[at - 1].bottom && box.left < places[at - 1].left);
    return turned ? [`${name(each)} runs backwards`] : [];
  });

  return { sideways, clipped, overlaps, leaving, small, moving, faint, alike, disorder, backwards };
})();
