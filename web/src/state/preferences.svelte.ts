export type Theme = 'system' | 'light' | 'dark';

interface Stored {
  theme: Theme;
  shortcuts: boolean;
  fileColors: boolean;
  /** Names of the columns shown, by table. */
  columns: Record<string, string[]>;
}

const defaults: Stored = { theme: 'system', shortcuts: true, fileColors: false, columns: {} };

function load(key: string): Stored {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Stored>;
    return { ...defaults, ...stored, columns: { ...stored.columns } };
  } catch {
    return { ...defaults, columns: {} };
  }
}

/** What the reader chose, kept in this browser. */
export class Preferences {
  private values = $state<Stored>(defaults);
  /** Counts theme changes: drawings on a canvas must be made again. */
  themeChanges = $state(0);

  /** `keepsColumns`: the same tables will be seen again. */
  constructor(private readonly key = 'sciwright.preferences', private readonly keepsColumns = true) {
    this.values = load(key);
    this.showTheme();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (this.themeChanges += 1));
    addEventListener('storage', (event) => {
      if (event.key !== key) return;
      this.values = load(key);
      this.showTheme();
    });
  }

  get theme(): Theme {
    return this.values.theme;
  }
  set theme(theme: Theme) {
    this.values.theme = theme;
    this.showTheme();
    this.save();
  }

  /** Single keys as shortcuts. */
  get shortcuts(): boolean {
    return this.values.shortcuts;
  }
  set shortcuts(on: boolean) {
    this.values.shortcuts = on;
    this.save();
  }

  /** Whether nodes take the colours that the workflow's file gives. */
  get fileColors(): boolean {
    return this.values.fileColors;
  }
  set fileColors(on: boolean) {
    this.values.fileColors = on;
    this.save();
  }

  columns(table: string): string[] | undefined {
    return this.values.columns[table];
  }

  setColumns(table: string, keys: string[] | undefined): void {
    if (keys) this.values.columns[table] = keys;
    else delete this.values.columns[table];
    this.save();
  }

  private showTheme(): void {
    document.documentElement.dataset.theme = this.values.theme;
    this.themeChanges += 1;
  }

  private save(): void {
    try {
      const kept = this.keepsColumns ? this.values : { ...this.values, columns: {} };
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Storage is full or forbidden: the choice holds until the tab is closed.
    }
  }
}
