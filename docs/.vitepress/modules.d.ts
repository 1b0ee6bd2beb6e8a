// What vite makes of files that TypeScript does not read.
declare module '*.css';
declare module '*.vue' {
  import type { DefineComponent } from 'vue';

  const component: DefineComponent;
  export default component;
}
