/** Small things for building the page: elements, numbers and times. Text is only ever set as text. */

export const byId = (id) => document.getElementById(id);

/** Makes an element; `content` is text, a node, or an array of these; nulls are left out. */
export function el(name, attributes, content) {
  return fill(document.createElement(name), attributes, content);
}

export function svg(name, attributes, content) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, content);
}

function fill(element, attributes = {}, content = []) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...[content].flat().filter((part) => part !== null && part !== undefined));
  return element;
}

export const replace = (parent, children) => parent.replaceChildren(...children);

/** Stands for a number that nobody knows. */
export const missing = '–';

export const count = (value) => (Number.isFinite(value) ? value.toLocaleString('en') : missing);

export const decimal = (value, digits = 2) =>
  Number.isFinite(value) ? value.toFixed(digits) : missing;

export const percent = (value) => (Number.isFinite(value) ? `${Math.round(value * 100)} %` : missing);

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return missing;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

/** An element that says how long ago `instant` was, and keeps saying so. */
export function ago(instant) {
  const element = el('time', { datetime: instant, title: new Date(instant).toLocaleString() });
  showAge(element);
  return element;
}

function showAge(element) {
  const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000;
  element.textContent = seconds < 1 ? 'now' : `${duration(Math.floor(seconds)).replace('.0', '')} ago`;
}

setInterval(() => document.querySelectorAll('time').forEach(showAge), 1000);
