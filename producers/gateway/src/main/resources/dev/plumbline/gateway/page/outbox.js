/**
 * Votes on their way. They are kept in the browser until the gateway has accepted them, and sent in
 * order; each has its own id, so that sending one twice does no harm.
 */
import { request } from './api.js';

const KEY = 'plumbline-outbox';
const PAUSE_MS = 2_000;

let waiting = JSON.parse(localStorage.getItem(KEY) ?? '[]');
let sending = false;

/** Adds an event and sends all that wait; `report` is told how many wait and what was refused. */
export function send(event, report) {
  waiting.push(event);
  keep();
  return flush(report);
}

export async function flush(report) {
  if (sending) return;
  sending = true;
  while (waiting.length > 0) {
    report({ waiting: waiting.length });
    const answer = await post(waiting[0]);
    if (answer.again) {
      report({ waiting: waiting.length, trouble: answer.trouble });
      await new Promise((resume) => setTimeout(resume, PAUSE_MS));
    } else {
      waiting.shift();
      keep();
      report({ waiting: waiting.length, trouble: answer.trouble });
    }
  }
  sending = false;
}

async function post(event) {
  try {
    const response = await request('/v1/feedback', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(event),
    });
    if (response.ok) return {};
    const { error } = await response.json();
    return { again: response.status >= 500 || response.status === 401, trouble: error.message };
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure;
    return { again: true, trouble: 'the gateway can’t be reached' };
  }
}

function keep() {
  localStorage.setItem(KEY, JSON.stringify(waiting));
}
