/** Requests to the gateway, with an API key where it asks for one. */
import { byId } from './dom.js';

const KEY = 'plumbline-key';

export async function request(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const authorization = key ? { Authorization: `Bearer ${key}` } : {};
  const response = await fetch(path, {
    ...options,
    headers: { ...options.headers, ...authorization },
  });
  if (response.status === 401) askForKey();
  return response;
}

function askForKey() {
  const form = byId('key-form');
  form.hidden = false;
  form.onsubmit = (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, byId('key').value);
    location.reload();
  };
  byId('key').focus();
}
