import { AwayError, ask, changePassword, SignedOutError, signIn, signOut } from './ask.ts';
import type { Device } from './device.ts';
import { byId } from './elements.ts';
import { forgetFresh, mayBeSignedIn } from './freshness.ts';
import { openTabs } from './tabs.ts';
import { type Account, complain, resetForms, say, showAccount, showSignedOut } from './view.ts';

/** How often the page looks whether something has changed elsewhere. */
const LOOK_MS = 60_000;

const tabs = openTabs();
/** Counts what is shown, so that an answer of before does not come in its place. */
let turn = 0;
/** Counts who has left, so that nobody is told what was meant for the one before. */
let left = 0;
/** Who is shown; empty for nobody. */
let shown = '';

/** Does something for whoever is here; `isHere` tells whether they still are. */
type Action = (isHere: () => boolean) => Promise<void>;

/** Shows who is signed in and on which devices, unless something else was to be shown meanwhile. */
async function load(): Promise<void> {
  turn += 1;
  const own = turn;
  try {
    const account = await askAccount();
    if (own === turn) showWho(account);
  } catch (error) {
    if (own === turn) throw error;
  }
}

function showWho(account: Account): void {
  if (shown !== '' && shown !== account.name) {
    // Somebody else has signed in in another tab.
    left += 1;
    resetForms();
  }
  shown = account.name;
  showAccount(account, (device) => run((isHere) => signOutDevice(device, isHere)));
}

async function askAccount(): Promise<Account> {
  const [me, list] = [await ask('GET', '/api/me'), await ask('GET', '/api/token/sessions')];
  if (me.status !== 200 || list.status !== 200) throw new AwayError();
  const claims = me.body['claims'] as Readonly<Record<string, unknown>>;
  const devices = list.body['sessions'] as readonly Device[];
  return { name: String(claims['preferred_username'] ?? me.body['subject']), devices };
}

function endAccount(status: string): void {
  left += 1;
  turn += 1;
  shown = '';
  showSignedOut(status);
}

async function signOutDevice({ id, label }: Device, isHere: () => boolean): Promise<void> {
  const { status } = await ask('DELETE', `/api/token/sessions/${encodeURIComponent(id)}`);
  if (status !== 204 && status !== 404) throw new AwayError();
  await load();
  if (!isHere()) return;
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

async function submitChange(form: HTMLFormElement, isHere: () => boolean): Promise<void> {
  const { old, password } = fieldsOf(form);
  const reply = await changePassword(old, password, () => {
    if (isHere()) doubt(form);
  });
  if (!isHere()) return;
  if (reply === undefined) return loadIfThere();
  if (reply.status === 429)
    return complain(
      'Too many attempts. Wait a minute and try again. If they were not yours, sign out everywhere first, then sign in and change the password.',
    );
  if (reply.status !== 200) {
    complain('The current password is not right.');
    byId('old', HTMLInputElement).select();
    return;
  }
  form.reset();
  await load();
  if (isHere()) say('The password is changed, and every other device is signed out.');
}

/** The session goes on if the password was changed and if not; only the next one who types it will know. */
function doubt(form: HTMLFormElement): void {
  form.reset();
  complain(
    'No answer came: the password may have been changed. If the current one is refused from now on, it was.',
  );
}

/** Leaves what is shown where the service is away. */
async function loadIfThere(): Promise<void> {
  await load().catch((error: unknown) => {
    if (!(error instanceof AwayError)) throw error;
  });
}

async function leave(end: () => Promise<unknown>, status: string): Promise<void> {
  await end();
  forgetFresh();
  endAccount(status);
  tabs.tell('signed-out');
}

/** Does what was asked for, with the button out of action meanwhile, and tells what went wrong. */
async function run(action: Action, button?: HTMLButtonElement | null): Promise<void> {
  const before = left;
  const isHere = (): boolean => left === before;
  if (button) button.disabled = true;
  try {
    await action(isHere);
  } catch (error) {
    const tell = tellerOf(error);
    if (isHere()) tell();
  } finally {
    if (button) button.disabled = false;
  }
}

/** How to tell of an error that may happen. @throws the others */
function tellerOf(error: unknown): () => void {
  if (error instanceof AwayError)
    return () => complain('The service cannot be reached. Try again in a moment.');
  if (!(error instanceof SignedOutError)) throw error;
  return () => {
    endAccount('You were signed out.');
    tabs.tell('signed-out');
  };
}

function onSubmit(id: string, action: (form: HTMLFormElement, isHere: () => boolean) => Promise<void>): void {
  const form = byId(id, HTMLFormElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run((isHere) => action(form, isHere), form.querySelector('button'));
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
  news === 'signed-in' ? void run(load) : endAccount('You were signed out in another tab.'),
);
document.addEventListener('visibilitychange', look);
setInterval(look, LOOK_MS);

if (mayBeSignedIn()) void run(load);
else endAccount('');
