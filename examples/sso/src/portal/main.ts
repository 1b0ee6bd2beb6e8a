import process from 'node:process';
import { openStore } from '../open-store.ts';
import { serve } from '../serve.ts';
import { readSecret, readSettings } from '../settings.ts';
import { createPortal } from './create-portal.ts';
import { readOrMakeKeys } from './keys.ts';

await serve(() => {
  const { env } = process;
  const settings = readSettings(env);
  const { close, store } = openStore(settings.storeUrl);
  const { app, browsers, programs } = createPortal({
    settings,
    store,
    keys: readOrMakeKeys(settings.keysFile),
    portalSecret: readSecret(env, 'PORTAL_SECRET'),
    billingSecret: readSecret(env, 'BILLING_SECRET'),
  });
  return {
    name: 'portal',
    url: settings.portalUrl,
    listener: app,
    async close() {
      await Promise.all([browsers.close(), programs.close()]);
      close();
    },
  };
});
