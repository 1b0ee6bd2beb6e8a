import { AwayError, ask, SignedOutError, signIn, signOut } from './ask.ts';
import type { Device } from './device.ts';
import { byId } from './elements.ts';
import { forgetFresh, mayBeSignedIn } from './freshness.ts';
import { openTabs } from './tabs.ts';
import { complain, say, showAccount, showSignedOut } from './view.ts';

/** How often the page looks whether something has changed elsewhere. */
const LOOK_MS = 60_000;

const tabs = openTabs();

/** Shows who is signed in and on which devices. */
async function load(): Promise<void> {
  const [me, list] = [await ask('GET', '/api/me'), await ask('GET', '/api/token/sessions')];
  if (me.status !== 200 || list.status !== 200) throw new AwayError();
  const claims = me.body['claims'] as Readonly<Record<string, unknown>>;
  const devices = list.body['sessions'] as readonly Device[];
  showAccount({ name: String(claims['preferred_username'] ?? me.body['subject']), devices }, (device) =>
    run(() => signOutDevice(device)),
  );
}

async function signOutDevice({ id, label }: Device): Promise<void> {
  const { status } = await ask('DELETE', `/api/token/sessions/${encodeURIComponent(id)}`);
  if (status !== 204 && status !== 404) throw new AwayError();
  await load();
  say(`${label ?? 'The device'} was signed out.`);
  byId('devices-title', HTMLElement).focus();
}

async function signOutEverywhere(): Promise<void> {
  const { status } = await ask('POST', '/api/token/logout-all', {});
  if (status !== 200) throw new AwayError();
}

async function submitSignIn(form: HTMLFormElement): Promise<void> {
  const { password, username } = fieldsOf(form);
  const { status } = await signIn(username, password);
  if (status === 429) return complain('Too many attempts. Wait a minute and try again.');
  if (status !== 200) {
    complain('That user name and password do not fit.');
    byId('password', HTMLInputElement).select();
    return;
  }
  form.reset();
  say('');
  await load();
  tabs.tell('signed-in');
}

async function submitChange(form: HTMLFormElement): Promise<void> {
  const { old, password } = fieldsOf(form);
  const { status } = await ask('POST', '/api/me/password', { old, password });
  if (status === 429) return complain('Too many attempts. Wait a minute and try again.');
  if (status !== 200) {
    complain('The current password is not right.');
    byId('old', HTMLInputElement).select();
    return;
  }
  form.reset();
  await load();
  say('The password is changed, and every other device is signed out.');
}

async function leave(end: () => Promise<unknown>, status: string): Promise<void> {
  await end();
  forgetFresh();
  showSignedOut(status);
  tabs.tell('signed-out');
}

/** Does what was asked for, with the button out of action meanwhile, and tells what went wrong. */
async function run(action: () => Promise<void>, button?: HTMLButtonElement | null): Promise<void> {
  if (button) button.disabled = true;
  try {
    await action();
  } catch (error) {
    if (error instanceof SignedOutError) {
      showSignedOut('You were signed out.');
      tabs.tell('signed-out');
    } else if (error instanceof AwayError) complain('The service cannot be reached. Try again in a moment.');
    else throw error;
  } finally {
    if (button) button.disabled = false;
  }
}

function onSubmit(id: string, action: (form: HTMLFormElement) => Promise<void>): void {
  const form = byId(id, HTMLFormElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(() => action(form), form.querySelector('button'));
  });
}

function onClick(id: string, action: () => Promise<void>): void {
  const button = byId(id, HTMLButtonElement);
  button.addEventListener('click', () => void run(action, button));
}

/** The fields of a form; those that the page has are all there. */
function fieldsOf(form: HTMLFormElement): Record<'username' | 'password' | 'old', string> {
  const data = new FormData(form);
  const field = (name: string): string => String(data.get(name) ?? '');
  return { username: field('username'), password: field('password'), old: field('old') };
}

function look(): void {
  if (document.visibilityState === 'visible' && mayBeSignedIn()) void run(load);
}

onSubmit('sign-in', submitSignIn);
onSubmit('change-password', submitChange);
onClick('sign-out', () => leave(signOut, 'You are signed out.'));
onClick('sign-out-everywhere', () => leave(signOutEverywhere, 'You are signed out on every device.'));
tabs.listen((news) =>
  news === 'signed-in' ? void run(load) : showSignedOut('You were signed out in another tab.'),
);
document.addEventListener('visibilitychange', look);
setInterval(look, LOOK_MS);

if (mayBeSignedIn()) void run(load);
else showSignedOut();
