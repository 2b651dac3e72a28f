// Draws the charts of the page from the data that stands in it. Colours are the page's own, as CSS variables, so that a
// chart follows the reader's light or dark mode without being drawn again.
const page = JSON.parse(document.getElementById('data').textContent);

const rowsOf = (spec) => {
  const names = new Set(JSON.stringify(spec).match(/"data":\{"name":"[^"]+"/g)?.map((text) => text.slice(16, -1)));
  return Object.fromEntries([...names].map((name) => [name, page.tables[name]]));
};

// Charts one above the other have no width of their own to follow: each is as wide as the page lets it.
const fitted = (spec, holder) => {
  if (!spec.vconcat) return {...spec, width: 'container', autosize: {type: 'fit-x', contains: 'padding'}};
  const width = Math.max(120, holder.clientWidth - page.config.axisY.minExtent - 12);
  return {...spec, vconcat: spec.vconcat.map((part) => ({...part, width}))};
};

const draw = async (holder) => {
  const spec = {...page.charts[holder.id], datasets: rowsOf(page.charts[holder.id]), config: page.config};
  holder.result?.finalize();
  holder.result = await vegaEmbed(holder, fitted(spec, holder), {renderer: 'svg', actions: false, ast: true, mode: 'vega-lite'});
};

const drawAll = async () => {
  for (const holder of document.querySelectorAll('.chart')) await draw(holder);
  document.documentElement.dataset.drawnAt = innerWidth;
};

// A chart above which the page has become wider or narrower; those of one view follow by themselves.
let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  drawAll();
});
drawAll();
