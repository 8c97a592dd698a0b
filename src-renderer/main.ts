/** The page's entry: finds out which shell it runs in, connects, loads, mounts. */
import './styles/tokens.css';
import './styles/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { provideBackend } from './backend/backend.ts';
import { electronBackend } from './backend/electronBackend.ts';
import { webBackend } from './backend/webBackend.ts';

provideBackend(window.fltreplayShell === undefined ? webBackend() : electronBackend(window.fltreplayShell));
createApp(App).use(createPinia()).mount('#app');
