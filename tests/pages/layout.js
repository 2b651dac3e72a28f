// What overflows or collides on the page, in words; empty when all is well.
(() => {
  const slack = 1.5;  // pixels: boxes end between them
  const faults = [];
  const name = (element) => `${element.tagName.toLowerCase()}${element.className ? '.' + element.getAttribute('class') : ''} "${
    (element.textContent ?? '').trim().slice(0, 40)}"`;
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide, wider than ${innerWidth}`);

  for (const element of document.querySelectorAll('main, main :not(svg, svg *, script, style, noscript, wbr, br)')) {
    const box = element.getBoundingClientRect();
    if (box.width === 0) continue;
    const style = getComputedStyle(element);
    if (style.display !== 'inline' && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + slack)
      faults.push(`${name(element)} overflows: ${element.scrollWidth} in ${element.clientWidth}`);
    const around = element.parentElement.getBoundingClientRect();
    if (box.left < around.left - slack || box.right > around.right + slack)
      faults.push(`${name(element)} is wider than what it stands in`);
  }

  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2 * slack;
  for (const chart of document.querySelectorAll('.chart')) {
    const svg = chart.querySelector('svg');
    if (!svg || !svg.querySelector('.role-mark path, .role-mark text, .role-mark line')) {
      faults.push(`${chart.id} is empty`);
      continue;
    }
    const inside = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() && text.getAttribute('opacity') !== '0')
      .map((text) => ({text, box: text.getBoundingClientRect()}));
    texts.forEach(({text, box}, index) => {
      if (box.left < inside.left - slack || box.right > inside.right + slack || box.top < inside.top - slack ||
          box.bottom > inside.bottom + slack) faults.push(`${chart.id}: ${name(text)} overflows the chart`);
      for (const other of texts.slice(index + 1))
        if (overlap(box, other.box)) faults.push(`${chart.id}: ${name(text)} collides with ${name(other.text)}`);
    });
  }
  return faults.slice(0, 20);
})()
