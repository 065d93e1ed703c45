import { mount } from 'svelte';
import { takeTokenFromAddress } from './api/client';
import App from './App.svelte';
import './app.css';

takeTokenFromAddress();
mount(App, { target: document.getElementById('app')! });

// A new address with a token, pasted into the open page.
addEventListener('hashchange', () => {
  if (/^#\/?token=/.test(location.hash)) {
    takeTokenFromAddress();
    location.reload();
  }
});
