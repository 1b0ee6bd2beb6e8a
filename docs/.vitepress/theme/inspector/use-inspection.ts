import { onScopeDispose, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue';
import { makeExample } from './example.ts';
import { type Inspection, inspect } from './inspect.ts';
import type { KindName } from './kinds.ts';

/** What the page shows and what was pasted into it, in its memory alone. */
export interface InspectorState {
  readonly token: Ref<string>;
  readonly key: Ref<string>;
  readonly isBase64: Ref<boolean>;
  /** Empty: as the token says. */
  readonly kind: Ref<KindName | ''>;
  readonly inspection: ShallowRef<Inspection | undefined>;
  showExample(): Promise<void>;
  clear(): void;
}

/** How often what is said of times is said anew, in ms. */
const TICK = 1000;

/** Looks anew whenever something is pasted, and each second for the sake of the times; stops with the component. */
export function useInspection(): InspectorState {
  const token = ref('');
  const key = ref('');
  const isBase64 = ref(false);
  const kind = ref<KindName | ''>('');
  const inspection = shallowRef<Inspection>();
  let latest = 0;

  async function look(): Promise<void> {
    const mine = ++latest;
    const found = await inspect({
      token: token.value,
      key: { text: key.value, isBase64: isBase64.value },
      kind: kind.value || undefined,
      now: Date.now() / 1000,
    });
    // What was pasted meanwhile is looked at by itself.
    if (mine === latest) inspection.value = found;
  }

  function clear(): void {
    token.value = '';
    key.value = '';
    isBase64.value = false;
    kind.value = '';
  }

  watch([token, key, isBase64, kind], look);
  const timer = setInterval(look, TICK);
  onScopeDispose(() => clearInterval(timer));

  return {
    token,
    key,
    isBase64,
    kind,
    inspection,
    async showExample() {
      const example = await makeExample(Date.now() / 1000);
      token.value = example.token;
      key.value = example.secret;
      isBase64.value = true;
      kind.value = '';
    },
    clear,
  };
}
