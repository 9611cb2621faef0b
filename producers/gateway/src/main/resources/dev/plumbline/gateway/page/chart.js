/** Small charts, drawn by hand in SVG. Colours come from the style sheet. */
import { svg } from './dom.js';

const WIDTH = 340;
const HEIGHT = 150;
const LEFT = 36;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 22;

/**
 * Values by version as a line.
 *
 * points: [{x, y, title}], x ascending; reference: a value worth a dashed line; domain: [low, high]
 * or null to fit; format: how values are written.
 */
export function lineChart({ label, points, reference = null, domain = null, format }) {
  const [low, high] = domain ?? fit(points, reference);
  const first = points[0].x;
  const last = Math.max(points.at(-1).x, first + 1);
  const x = (value) => LEFT + ((value - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const ticks = [low, (low + high) / 2, high];
  const path = points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`);
  const newest = points.at(-1);
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'chart', role: 'img', 'aria-label': describe(label, points, format) },
    [
      ...ticks.map((tick) =>
        svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }),
      ),
      ...ticks.map((tick) =>
        svg('text', { class: 'tick', x: LEFT - 6, y: y(tick) + 3, 'text-anchor': 'end' }, format(tick)),
      ),
      reference === null
        ? null
        : svg('line', { class: 'reference', x1: LEFT, x2: WIDTH - RIGHT, y1: y(reference), y2: y(reference) }),
      svg('text', { class: 'tick', x: LEFT, y: HEIGHT - 6 }, String(points[0].x)),
      points.length > 1
        ? svg('text', { class: 'tick', x: WIDTH - RIGHT, y: HEIGHT - 6, 'text-anchor': 'end' }, String(newest.x))
        : null,
      svg('polyline', { class: 'line', points: path.join(' ') }),
      ...points.map((point) =>
        svg('circle', { class: 'dot', cx: x(point.x), cy: y(point.y), r: points.length > 60 ? 1 : 2 },
          svg('title', {}, point.title)),
      ),
      svg('circle', { class: 'newest', cx: x(newest.x), cy: y(newest.y), r: 4 }, svg('title', {}, newest.title)),
    ],
  );
}

/** Records in each of the last seconds as bars; their heights grow with the square root, so that a burst hides nothing. */
export function sparkline(values) {
  const top = Math.max(1, ...values);
  const step = 120 / values.length;
  return svg(
    'svg',
    { viewBox: '0 0 120 24', class: 'spark', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    values.map((value, i) => {
      const height = Math.sqrt(value / top) * 23;
      return value === 0
        ? null
        : svg('rect', { x: i * step, y: 24 - height, width: step * 0.8, height });
    }),
  );
}

function fit(points, reference) {
  const values = points.map((point) => point.y).concat(reference === null ? [] : [reference]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = high > low ? (high - low) * 0.08 : Math.max(Math.abs(high) * 0.1, 0.05);
  return [low - margin, high + margin];
}

function describe(label, points, format) {
  const newest = points.at(-1);
  return `${label}: ${format(points[0].y)} at version ${points[0].x}, ${format(newest.y)} at version ${newest.x}`;
}
