import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addWorkflow, go, launch, openPage, shoot, skip, startService, violations } from './harness.mjs';

let service;
let browser;
let page;

before(async () => {
  if (skip) return;
  service = await startService();
  browser = await launch();
  page = await openPage(browser, service, { reducedMotion: 'reduce' });
  await addWorkflow(page, 'demo', 'workflow:\n  nodes:\n    a:\n      exec: echo one; sleep 0.2\n    b:\n      exec: exit 1\n    c:\n      exec: sleep 0.4\n    d:\n      exec: echo end\n  dependencies:\n    - a,b,d\n    - a,c,d\n');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('[data-state="failed"]').waitFor({ timeout: 20_000 });
});

after(async () => {
  await browser?.close();
  await service?.close();
});

const places = [
  ['workflows', '#/workflows', 'Workflows'],
  ['graph', '#/workflows/demo/graph?job=a', 'demo'],
  ['table', '#/workflows/demo/table', 'demo'],
  ['timeline', '#/workflows/demo/gantt', 'demo'],
  ['definition', '#/workflows/demo/definition', 'demo'],
  ['add', '#/add', 'Add a workflow'],
  ['experiments', '#/experiments', 'Experiments'],
  ['experiment', '#/experiments/sweep', 'sweep'],
  ['runs', '#/runs', 'Runs'],
  ['run', '#/runs/RUN', 'RUN'],
  ['leaderboards', '#/leaderboards', 'Leaderboards'],
  ['system', '#/system', 'System'],
  ['preferences', '#/preferences', 'Preferences']
];

async function show(hash, heading) {
  await go(page, hash.replace('RUN', service.run));
  await page.getByRole('heading', { level: 1, name: heading.replace('RUN', service.run.replaceAll('~', '/')) }).waitFor();
  await page.getByText('Loading…').waitFor({ state: 'detached' });
  await page.waitForTimeout(150);
}

for (const theme of ['light', 'dark']) {
  for (const [name, hash, heading] of places) {
    test(`${name} is accessible, ${theme}`, { skip }, async () => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await show(hash, heading);
      await shoot(page, `${name}-${theme}`);
      assert.deepEqual(await violations(page), []);
    });
  }
}

test('the switch beats the system, and is kept', { skip }, async () => {
  await page.emulateMedia({ colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await ground(), dark);
  await page.getByRole('button', { name: 'Light theme' }).click();
  assert.equal(await ground(), light);
});

test('at 390 px nothing is wider than the screen', { skip }, async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [name, hash, heading] of places) {
    await show(hash, heading);
    await shoot(page, `${name}-narrow`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `${name} is ${width} px wide`);
  }
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('experiments are sorted, filtered, grouped and copied', { skip }, async () => {
  await show('#/experiments/sweep', 'sweep');
  const accuracy = 'accuracy';
  const table = page.getByRole('region', { name: 'Experiments of sweep' });
  const rows = async () => (await table.getByRole('row').allInnerTexts()).slice(1);
  await page.getByRole('searchbox').fill('width=64 optimizer=adam');
  await page.getByRole('status').getByText(/^\s*\d+ of \d+/).waitFor();
  assert.ok((await rows()).every((text) => /\b64\b.*adam/s.test(text)));
  await table.getByRole('button', { name: accuracy, exact: true }).click();
  await table.getByRole('button', { name: accuracy, exact: true }).click();
  await table.getByRole('columnheader', { name: accuracy }).and(page.locator('[aria-sort=descending]')).waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByText(/^Copied \d+ rows/).waitFor();
  const [head, ...lines] = (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n').map((line) => line.split('\t'));
  const copied = lines.map((line) => line[head.indexOf(accuracy)]).filter(Boolean).map(Number);
  assert.ok(copied.length > 3);
  assert.deepEqual(copied, [...copied].sort((a, b) => b - a));
  await shoot(page, 'experiment-filtered');
  await page.getByText('Group', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'learning_rate' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Groups of sweep' }).getByRole('row').nth(1).waitFor();
  await shoot(page, 'experiment-grouped');
});

test('the address carries the filter', { skip }, async () => {
  await page.goto(`${service.address}/#/experiments/sweep?filter=width%3D16`);
  await page.reload();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'width=16');
  await page.getByText(service.isReal ? '8 of 24 rows' : '40 of 120 rows').waitFor();
});

test('the page works below another base address', { skip }, async (t) => {
  if (service.isReal) return t.skip('the test of the service does it');
  await page.goto(`${service.address}/proxy/8080/#token=${service.token}`);
  await page.getByRole('link', { name: 'demo', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'demo' }).waitFor();
});

test('no error came up on the way', { skip }, () => {
  assert.deepEqual(page.errors, []);
});
