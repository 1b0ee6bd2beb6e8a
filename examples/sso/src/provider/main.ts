import process from 'node:process';
import { serve } from '../serve.ts';
import { readSecret, readSettings } from '../settings.ts';
import { createProvider } from './create-provider.ts';

await serve(() => {
  const settings = readSettings(process.env);
  return {
    name: 'provider',
    url: settings.providerUrl,
    listener: createProvider(settings, readSecret(process.env, 'PORTAL_SECRET')),
    close: () => undefined,
  };
});
