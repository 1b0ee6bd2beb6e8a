/**
 * What people see. Text is only ever set as text.
 *
 * @module
 */
import { ago, type Device } from './device.ts';
import { byId, within } from './elements.ts';

export interface Account {
  readonly name: string;
  readonly devices: readonly Device[];
}

/** Shows the form to sign in, with the cursor in it. */
export function showSignedOut(status: string): void {
  const wasSignedIn = !byId('signed-in', HTMLElement).hidden;
  show(false);
  say(status);
  // Nothing of the one who left stays on the page.
  byId('devices', HTMLUListElement).replaceChildren();
  byId('name', HTMLElement).textContent = '';
  resetForms();
  if (wasSignedIn || document.activeElement === document.body) byId('username', HTMLInputElement).focus();
}

/** What one person has typed is not for another. */
export function resetForms(): void {
  for (const form of document.forms) form.reset();
}

export function showAccount({ devices, name }: Account, onSignOut: (device: Device) => void): void {
  const wasSignedIn = !byId('signed-in', HTMLElement).hidden;
  show(true);
  byId('name', HTMLElement).textContent = name;
  byId('own-name', HTMLInputElement).value = name;
  const current = devices.find((device) => device.current);
  if (current !== undefined)
    setTime(byId('since', HTMLTimeElement), current.created_at, ago(current.created_at));
  showDevices(devices, onSignOut);
  if (!wasSignedIn) byId('who-title', HTMLElement).focus();
}

/** Keeps the items that are there, and where the cursor is among them. */
function showDevices(devices: readonly Device[], onSignOut: (device: Device) => void): void {
  const list = byId('devices', HTMLUListElement);
  const shown = [...list.children].filter((child) => child instanceof HTMLLIElement);
  const items = devices.map((device) => {
    const item = shown.find(({ dataset }) => dataset['id'] === device.id) ?? newItem(device, onSignOut);
    fill(item, device);
    return item;
  });
  if (items.length === shown.length && items.every((item, index) => item === shown[index])) return;
  const focused = document.activeElement;
  list.replaceChildren(...items);
  if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
}

/** Tells of something that went well; read out by screen readers. */
export function say(text: string): void {
  byId('error', HTMLElement).textContent = '';
  byId('status', HTMLElement).textContent = text;
}

/** Tells of something that went wrong; read out by screen readers at once. */
export function complain(text: string): void {
  byId('status', HTMLElement).textContent = '';
  byId('error', HTMLElement).textContent = text;
}

function show(signedIn: boolean): void {
  byId('signed-out', HTMLElement).hidden = signedIn;
  byId('signed-in', HTMLElement).hidden = !signedIn;
  byId('sign-out', HTMLButtonElement).hidden = !signedIn;
}

function newItem(device: Device, onSignOut: (device: Device) => void): HTMLLIElement {
  const copy = byId('device', HTMLTemplateElement).content.cloneNode(true) as DocumentFragment;
  const item = within(copy, 'li', HTMLLIElement);
  item.dataset['id'] = device.id;
  within(item, 'button', HTMLButtonElement).addEventListener('click', () => onSignOut(device));
  return item;
}

function fill(item: HTMLLIElement, device: Device): void {
  const label = device.label ?? 'Unknown device';
  within(item, 'strong', HTMLElement).textContent = label;
  within(item, '.badge', HTMLElement).hidden = !device.current;
  setTime(within(item, 'time', HTMLTimeElement), device.last_used_at, ago(device.last_used_at));
  within(item, '.ip', HTMLElement).textContent = device.ip === null ? '' : ` · ${device.ip}`;
  within(item, '.agent', HTMLElement).textContent = device.user_agent ?? 'It did not say.';
  const button = within(item, 'button', HTMLButtonElement);
  button.setAttribute('aria-label', `Sign out ${label}, last used ${ago(device.last_used_at)}`);
  // The one at the top of the page is for this device.
  button.hidden = device.current;
}

function setTime(element: HTMLTimeElement, iso: string, text: string): void {
  element.dateTime = iso;
  element.title = new Date(iso).toLocaleString('en');
  element.textContent = text;
}
