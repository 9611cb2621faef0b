// Shows the values under the pointer; the charts themselves need no script.
const list = (text) => (text ? text.split(' ') : null);

for (const svg of document.querySelectorAll('figure > svg')) {
  const figure = svg.parentNode;
  const overSteps = svg.dataset.across === 'step';
  const curves = [...svg.querySelectorAll('[data-steps]')].map((path) => ({
    name: path.dataset.name,
    steps: list(path.dataset.steps),
    values: list(path.dataset.values),
    across: list(path.dataset.x),
    pixels: path.getAttribute('d').slice(1).split('L').map((point) => point.split(',').map(Number)),
  }));
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  figure.append(tip);
  const cursor = svg.querySelector('.grid').cloneNode();
  cursor.setAttribute('class', 'cursor');
  cursor.setAttribute('d', '');
  svg.append(cursor);

  const nearest = (curve, x, y) => {
    let best = 0;
    let distance = Infinity;
    curve.pixels.forEach(([px, py], i) => {
      const next = overSteps ? Math.abs(px - x) : Math.hypot(px - x, py - y);
      if (next < distance) [best, distance] = [i, next];
    });
    return { curve, i: best, distance, at: curve.pixels[best] };
  };

  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const x = (event.clientX - box.left) * scale;
    const y = (event.clientY - box.top) * scale;
    const hits = curves.map((curve) => nearest(curve, x, y)).sort((a, b) => a.distance - b.distance);
    const [px, py] = hits[0].at;
    const rows = overSteps
      ? curves.map((curve) => nearest(curve, px, 0)).filter((hit) => Math.abs(hit.at[0] - px) < 12)
      : hits.slice(0, 1);
    const lines = rows.map(({ curve, i }) => {
      const value = `${curve.name}  ${curve.values[i]}`;
      const across = curve.across ? `\n${svg.dataset.across}  ${curve.across[i]}` : '';
      return (curve.steps[i] === hits[0].curve.steps[hits[0].i] ? '' : `(step ${curve.steps[i]})  `) + value + across;
    });
    tip.textContent = `step ${hits[0].curve.steps[hits[0].i]}\n${lines.join('\n')}`;
    tip.hidden = false;
    const frame = figure.getBoundingClientRect();
    const at = box.left - frame.left + px / scale;
    tip.style.left = `${at > box.width / 2 ? at - tip.offsetWidth - 12 : at + 12}px`;
    tip.style.top = `${box.top - frame.top + 8}px`;
    cursor.setAttribute('d', overSteps ? `M${px},10V196` : `M${px - 7},${py}H${px + 7}M${px},${py - 7}V${py + 7}`);
  });
  svg.addEventListener('pointerleave', () => {
    tip.hidden = true;
    cursor.setAttribute('d', '');
  });
}
