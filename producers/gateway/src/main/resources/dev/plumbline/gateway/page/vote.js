/**
 * One pair at a time. Which candidate stands left is the gateway's choice per task and annotator;
 * candidate_a is always the one shown left (first, on a narrow screen).
 */
import { request } from './api.js';
import { byId } from './dom.js';
import { flush, send } from './outbox.js';
import { follow } from './stream.js';

const AHEAD = 8;
const KEYS = {
  ArrowLeft: 'a', 1: 'a',
  ArrowRight: 'b', 2: 'b',
  ArrowDown: 'tie', t: 'tie',
  b: 'both_bad',
  u: 'cant_tell',
};

const annotator = pseudonym();
const met = new Set();
const queue = [];
const answered = [];
let current = null;
let fetching = false;
let lastClaim = 0;
let tasksSeen = null;

byId('who').textContent = `you are ${annotator}`;
document.addEventListener('keydown', onKey);
document.querySelectorAll('[data-answer]').forEach((button) => {
  button.onclick = () => vote(button.dataset.answer);
});
byId('undo').onclick = undo;
flush(report);
refill();
follow('/v1/live', {
  flow: ({ topics }) => {
    const { count } = topics.find((flow) => flow.topic === 'tasks');
    if (count !== tasksSeen) refill();
    tasksSeen = count;
  },
  waiting: refill,
});

function onKey(event) {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target instanceof HTMLInputElement) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === 'z') {
    event.preventDefault();
    undo();
  } else if (KEYS[key] && current) {
    event.preventDefault();
    vote(KEYS[key]);
  }
}

function vote(answer) {
  if (!current) return;
  send(statement(current, answer), report);
  answered.push(current);
  next();
}

/** Takes the last answer back by answering "can't tell", and asks again. */
function undo() {
  const last = answered.pop();
  if (!last) return;
  send(statement(last, 'cant_tell'), report);
  if (current) queue.unshift(current);
  show(last);
}

function statement(ballot, answer) {
  lastClaim = Math.max(Date.now(), lastClaim + 1);
  return {
    event_id: crypto.randomUUID?.() ?? randomId(),
    item_id: ballot.item_id,
    task_id: ballot.task_id,
    criterion: ballot.criterion,
    annotator: { id: annotator, kind: 'human', simulated: false },
    claimed_at: new Date(lastClaim).toISOString(),
    source: 'vote-page',
    kind: 'comparison',
    candidate_a: ballot.left.candidate_id,
    candidate_b: ballot.right.candidate_id,
    length_chars_a: ballot.left.text.length,
    length_chars_b: ballot.right.text.length,
    answer,
  };
}

function next() {
  show(queue.shift() ?? null);
  if (queue.length < AHEAD / 2) refill();
}

async function refill() {
  if (fetching || queue.length >= AHEAD / 2) return;
  fetching = true;
  try {
    const limit = AHEAD + (current ? 1 : 0) + queue.length;
    const response = await request(`/v1/tasks/open?annotator=${encodeURIComponent(annotator)}&limit=${limit}`);
    if (response.ok) {
      const { tasks } = await response.json();
      for (const ballot of tasks) {
        if (met.has(ballot.task_id)) continue;
        met.add(ballot.task_id);
        queue.push(ballot);
      }
      if (!current) show(queue.shift() ?? null);
    }
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure; // lost network: the stream brings it back
  } finally {
    fetching = false;
  }
}

function show(ballot) {
  if (ballot && ballot.left.candidate_id === ballot.right.candidate_id) {
    throw new Error(`task ${ballot.task_id} shows one candidate twice`);
  }
  current = ballot;
  byId('ballot').hidden = !ballot;
  byId('nothing').hidden = Boolean(ballot);
  byId('undo').disabled = answered.length === 0;
  if (!ballot) return;
  byId('question').textContent =
    ballot.criterion === 'overall' ? 'Which is better?' : `Which is better: ${ballot.criterion}?`;
  byId('prompt').textContent = ballot.prompt;
  side('left', ballot.left);
  side('right', ballot.right);
  document.activeElement?.blur();
}

function side(id, choice) {
  const element = byId(id);
  element.dataset.candidate = choice.candidate_id;
  element.querySelector('.text').textContent = choice.text.trim();
}

function report({ waiting, trouble }) {
  const stored = `${answered.length} ${answered.length === 1 ? 'vote' : 'votes'}`;
  const text = waiting === 0 ? `${stored}, all stored` : `${stored}, ${waiting} on their way`;
  byId('progress').textContent = trouble ? `${text}: ${trouble}` : text;
}

function pseudonym() {
  const key = 'plumbline-annotator';
  const known = localStorage.getItem(key);
  if (known) return known;
  const fresh = `person-${randomId().slice(0, 12)}`;
  localStorage.setItem(key, fresh);
  return fresh;
}

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0')).join('');
}
