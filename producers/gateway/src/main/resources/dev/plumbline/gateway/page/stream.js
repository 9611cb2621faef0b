/** Follows a stream of server-sent events. (EventSource can't carry an API key.) */
import { request } from './api.js';
import { byId } from './dom.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Calls `handlers[event](data)` for every event, and comes back when the connection is lost.
 * Whether it stands is shown in the page's head.
 */
export async function follow(path, handlers) {
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    try {
      const response = await request(path, { headers: { Accept: 'text/event-stream' } });
      if (response.status === 401) return show('needs a key', 'lost');
      if (response.ok) {
        show('live', 'open');
        pause = FIRST_PAUSE_MS;
        await read(response.body, handlers);
      }
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure; // fetch reports a lost network as TypeError
    }
    show('reconnecting', 'lost');
    await new Promise((resume) => setTimeout(resume, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

async function read(body, handlers) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) dispatch(event, handlers);
  }
}

function dispatch(event, handlers) {
  const field = (name) =>
    event.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const handler = handlers[field('event')];
  if (handler) handler(JSON.parse(field('data')));
}

function show(text, state) {
  const connection = byId('connection');
  connection.textContent = text;
  connection.dataset.state = state;
}
