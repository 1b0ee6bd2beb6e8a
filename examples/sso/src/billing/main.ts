import process from 'node:process';
import { serve } from '../serve.ts';
import { readSecret, readSettings } from '../settings.ts';
import { createBilling } from './create-billing.ts';

await serve(() => {
  const settings = readSettings(process.env);
  const handle = createBilling(settings, readSecret(process.env, 'BILLING_SECRET')).callback();
  return {
    name: 'billing',
    url: settings.billingUrl,
    listener: (request, response) => void handle(request, response),
    close: () => undefined,
  };
});
