/** The apps of the pages, before and after, are asked the same; the tables of the pages say what each answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp as expressAfter } from './express-jwt/after.ts';
import { createApp as expressBefore } from './express-jwt/before.ts';
import { createApp as fastifyAfter } from './fastify-jwt/after.ts';
import { createApp as fastifyBefore } from './fastify-jwt/before.ts';
import { createApp as koaAfter } from './koa-jwt/after.ts';
import { createApp as koaBefore } from './koa-jwt/before.ts';
import { createApp as passportAfter } from './passport-jwt/after.ts';
import { createApp as passportBefore } from './passport-jwt/before.ts';
import { ask, inWords } from './support/http.ts';
import { plain, readPage, tableBelow } from './support/page.ts';
import { OWN_PROBES, PROBES } from './support/probes.ts';
import { type RunningSide, SECRET, startAfter, startBefore } from './support/sides.ts';

const PEERS = {
  'express-jwt': { before: expressBefore, after: expressAfter },
  'koa-jwt': { before: koaBefore, after: koaAfter },
  'fastify-jwt': { before: fastifyBefore, after: fastifyAfter },
  'passport-jwt': { before: passportBefore, after: passportAfter },
};

describe.each(Object.entries(PEERS))('from %s', (peer, apps) => {
  const page = readPage(`from-${peer}`);
  const probes = { ...PROBES, ...OWN_PROBES[peer] };
  const rows = tableBelow(page, 'Request by request');
  let before: RunningSide;
  let after: RunningSide;

  beforeAll(async () => {
    [before, after] = await Promise.all([startBefore(apps.before(SECRET)), startAfter(apps.after(SECRET))]);
  });
  afterAll(async () => {
    await Promise.all([before.close(), after.close()]);
  });

  it('with one secret for both, the old app takes a refresh token of Tokenpair’s: the page says to have two', async () => {
    const headers = ['Authorization', `Bearer ${after.side.other}`];
    expect(inWords(await ask(before.url, { path: '/me', headers }))).toBe('200');
    expect(page).toContain('**secret of its own**');
  });

  it('the page has every request, once', () => {
    expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(probes).sort());
  });

  it.each(rows)('%s: %s before, %s after', async (name, wasSaid, isSaid) => {
    const asked = probes[String(name)];
    if (asked === undefined) throw new Error(`no request "${name}"`);
    const old = await ask(before.url, asked(before.side));
    const now = await ask(after.url, asked(after.side));
    expect([inWords(old), inWords(now)]).toEqual([plain(String(wasSaid)), plain(String(isSaid))]);
    if (old.status === 200 && now.status === 200) expect(now.body).toEqual(old.body);
    if (now.status === 401) expect(now.headers['www-authenticate']).toMatch(/^Bearer realm="api"/);
  });
});
