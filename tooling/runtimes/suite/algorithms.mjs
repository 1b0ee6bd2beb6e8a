// Every algorithm: what this runtime signs it verifies, and what Node signed too, in every form that a key has.
import { claimsOf, equal, flipped, guarded, holds, makeAuth, NOT_VALID } from './support.mjs';

/** @returns {import('./support.mjs').Check[]} */
export function algorithmChecks(fixtures, issued) {
  return fixtures.algorithms.flatMap((fixture) => [
    ...ownTokens(fixture, issued),
    ...(fixture.forms.secret === undefined ? formsOfPair(fixture) : [foreignToken(fixture, 'secret')]),
  ]);
}

function ownTokens({ alg, forms, stranger, now }, issued) {
  const { secret, privateJwk } = forms;
  const key = secret === undefined ? { alg, privateKey: privateJwk } : { alg, secret };
  return [
    check(`${alg}: a login's tokens pass, and so do those of its refresh`, async () => {
      const { auth } = makeAuth({ keys: key, now });
      const pair = await auth.sessions.issue({ subject: '1' });
      equal((await guarded(auth, pair.access)).sub, '1', 'the subject');
      const next = await auth.refresh(pair.refresh);
      equal((await guarded(auth, next.access)).sid, pair.session.id, 'the session');
      equal(claimsOf(next.refresh).gen, 1, 'the generation');
      issued[alg] = next.access;
    }),
    check(`${alg}: one changed bit and another key are refused`, async () => {
      const { auth } = makeAuth({ keys: key });
      const { access } = await auth.sessions.issue({ subject: '1' });
      equal(await guarded(auth, flipped(access)), NOT_VALID, 'the changed bit');
      const other = makeAuth({ keys: { ...key, ...stranger } }).auth;
      equal(await guarded(other, access), NOT_VALID, 'the other key');
    }),
  ];
}

function formsOfPair(fixture) {
  return ['privateJwk', 'privatePem', 'privateCryptoKey', 'publicJwk', 'publicPem', 'publicCryptoKey'].map(
    (form) => foreignToken(fixture, form),
  );
}

/** A key in one form has the name it has on Node, and verifies what Node signed. */
function foreignToken(fixture, form) {
  const { alg, kid, token, now } = fixture;
  return check(`${alg}: a key given as ${form} verifies what Node signed with it`, async () => {
    const key = await keyIn(form, fixture);
    const { auth } = makeAuth({ keys: [...(key.publicKey ? [SIGNER] : []), key], now, revocation: 'none' });
    await auth.ready();
    holds(
      auth.keys.access.list().some((each) => each.kid === kid),
      'the kid is the one that Node gave',
    );
    equal((await guarded(auth, token)).sub, '1', 'the subject');
    equal(await guarded(auth, flipped(token)), NOT_VALID, 'the changed bit');
  });
}

const SIGNER = { alg: 'HS256', secret: '0123456789abcdefghijklmnopqrstuv' };

async function keyIn(form, { alg, forms, web }) {
  if (form === 'secret') return { alg, secret: forms.secret };
  const member = form.startsWith('private') ? 'privateKey' : 'publicKey';
  if (!form.endsWith('CryptoKey')) return { alg, [member]: forms[form] };
  const isPrivate = member === 'privateKey';
  const jwk = isPrivate ? forms.privateJwk : forms.publicJwk;
  const usages = [isPrivate ? 'sign' : 'verify'];
  return { alg, [member]: await crypto.subtle.importKey('jwk', jwk, web, true, usages) };
}

function check(name, run) {
  return { name, run };
}
