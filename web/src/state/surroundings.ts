import { getContext, setContext } from 'svelte';
import type { Notices } from './notices.svelte';
import type { Preferences } from './preferences.svelte';

/** What parts need of the page they stand in: the service's page and that of a report both have it. */
export interface Surroundings {
  readonly preferences: Preferences;
  readonly notices: Notices;
}

const key = Symbol('surroundings');

export function provideSurroundings<Given extends Surroundings>(given: Given): Given {
  setContext<Surroundings>(key, given);
  return given;
}

export function useSurroundings(): Surroundings {
  return getContext<Surroundings>(key);
}
