import { getContext, setContext } from 'svelte';
import { ApiError, getJson, keepToken, path } from '../api/client';
import type { Session } from '../api/types';
import { Notices } from './notices.svelte';
import { Preferences } from './preferences.svelte';
import { Router } from './router.svelte';
import { provideSurroundings } from './surroundings';
import { Workflows } from './workflows.svelte';

/** What every page may need; made once by App and handed down as a context. */
export class AppState {
  readonly router = new Router();
  readonly preferences = new Preferences();
  readonly notices = new Notices();
  readonly workflows = new Workflows();
  session = $state.raw<Session | null>(null);
  /** The service wants a token, or another one. */
  needsToken = $state(false);
  /** The reader wants to give one. */
  isSigningIn = $state(false);
  failure = $state('');
  isHelpOpen = $state(false);

  get canWrite(): boolean {
    return this.session?.can_write ?? false;
  }

  async start(): Promise<void> {
    try {
      this.session = await getJson<Session>(path('session'));
      this.needsToken = false;
      this.isSigningIn = false;
      this.failure = '';
      this.workflows.start();
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      this.needsToken = status === 401 || status === 403;
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  async signIn(token: string): Promise<void> {
    keepToken(token);
    await this.start();
  }

  /** Without a token one may look, on the service's own machine. */
  async lookOnly(): Promise<void> {
    await this.signIn('');
  }

  act(said: string, action: () => Promise<unknown>): Promise<boolean> {
    return this.notices.act(said, action);
  }
}

const key = Symbol('app');

export function provideApp(app: AppState): AppState {
  provideSurroundings(app);
  return setContext(key, app);
}

export function useApp(): AppState {
  return getContext<AppState>(key);
}
