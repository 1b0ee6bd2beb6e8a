import process from 'node:process';
import { openStore } from '../open-store.ts';
import { serve } from '../serve.ts';
import { readSettings } from '../settings.ts';
import { createReports } from './create-reports.ts';

await serve(async () => {
  const settings = readSettings(process.env);
  const { close, store } = openStore(settings.storeUrl);
  const app = await createReports(settings, store);
  return {
    name: 'reports',
    url: settings.reportsUrl,
    listener: app.routing,
    async close() {
      await app.close();
      close();
    },
  };
});
