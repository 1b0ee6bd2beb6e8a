/** The portal's one page, for somebody or nobody. Names come from the provider, and go into HTML escaped. */
export function page(subject: string | undefined): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<title>Portal</title><h1>Portal</h1>
${subject === undefined ? SIGNED_OUT : signedIn(subject)}
<script src="/portal.js"></script></html>`;
}

const SIGNED_OUT = '<p><a href="/sign-in">Sign in</a></p>';

function signedIn(subject: string): string {
  return `<p>Signed in as <strong>${escapeHtml(subject)}</strong>.</p>
<ul><li><a href="/reports">Reports</a></li><li><a href="/billing">Billing</a></li></ul>
<form method="post" action="/programs"><button>Connect a program</button></form>
<form method="post" action="/api/token/sign-out"><button>Sign out</button></form>`;
}

/** The access cookie lasts 5 minutes: renewed while the page is open, and once when it is opened without one. */
export const SCRIPT = `const renew = () => fetch('/api/token/refresh', { method: 'POST' });
if (document.querySelector('form')) setInterval(renew, 240_000);
else if (document.cookie.includes('csrf=')) renew().then(({ ok }) => ok && location.reload());
`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
