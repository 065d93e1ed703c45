// The page of `sciwright report --out`, opened from disk.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { launch, shoot, skip as noBrowser, violations } from './harness.mjs';
import { hostile, makeReport } from './report_files.mjs';

const program = process.env.SCIWRIGHT;
const skip = noBrowser || (program ? false : 'no program to make a report with: name one by SCIWRIGHT');

let report;
let browser;
let page;

async function openReport(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options });
  const opened = await context.newPage();
  opened.setDefaultTimeout(60_000);
  opened.errors = [];
  opened.requests = [];
  opened.on('pageerror', (error) => opened.errors.push(String(error)));
  opened.on('console', (message) => message.type() !== 'log' && opened.errors.push(message.text()));
  opened.on('request', (request) => opened.requests.push(request.url().slice(0, 80)));
  opened.on('dialog', (dialog) => opened.errors.push(`dialog: ${dialog.message()}`));
  await opened.goto(pathToFileURL(report.path).href);
  await opened.locator('html[data-ready=true]').waitFor();
  return opened;
}

/** Everything is drawn when it comes into view. */
async function seeAll(opened) {
  for (const id of await opened.locator('main > section').evaluateAll((all) => all.map((each) => each.id))) {
    await opened.locator(`#${id}`).scrollIntoViewIfNeeded();
    await opened.evaluate((section) => document.getElementById(section).scrollIntoView(), id);
    await opened.waitForTimeout(120);
  }
  await opened.locator('.later').first().waitFor({ state: 'detached' });
}

before(async () => {
  if (skip) return;
  report = makeReport(program);
  browser = await launch();
  page = await openReport();
  await seeAll(page);
});

after(async () => {
  await browser?.close();
  report?.close();
});

test('it is one file that asks for nothing else', { skip }, async () => {
  assert.deepEqual(page.requests.filter((url) => !url.startsWith('data:')), [pathToFileURL(report.path).href.slice(0, 80)]);
  assert.deepEqual(page.errors, []);
});

test('its policy forbids what it does not need', { skip }, async () => {
  const refused = await page.evaluate(async () => {
    const outcomes = [await fetch('https://example.org/').then(() => 'fetched', () => 'refused')];
    const script = document.createElement('script');
    script.textContent = 'globalThis.ran = true';
    document.body.append(script);
    return [...outcomes, String(globalThis.ran)];
  });
  assert.deepEqual(refused, ['refused', 'undefined']);
  page.errors.length = 0; // The browser tells of both.
});

for (const theme of ['light', 'dark']) {
  test(`it is accessible, ${theme}`, { skip }, async () => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await seeAll(page);
    assert.deepEqual(await violations(page), []);
  });
}

test('texts of runs never become markup', { skip }, async () => {
  await page.getByText(hostile, { exact: false }).first().waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.match(await page.title(), /^Report: /);
  assert.deepEqual(page.errors, []);
});

const board = () => page.getByRole('region', { name: 'Leaderboard of accuracy', exact: true });

test('the leaderboard has what the command line prints', { skip }, async () => {
  await page.locator('#board-1').scrollIntoViewIfNeeded();
  const head = await board().getByRole('columnheader').allInnerTexts();
  for (const title of ['rank', 'learning_rate', 'n', 'mean', 'best baseline', 'its score']) assert.ok(head.includes(title), `${title} in ${head}`);
  const cells = await board().getByRole('row').nth(1).getByRole('cell').allInnerTexts();
  const printed = report.printed.split('\n').find((line) => cells[0] && line.trimStart().startsWith(`${cells[0]} `));
  assert.ok(printed, `a row of rank ${cells[0]} in what was printed`);
  for (const cell of cells) assert.ok(printed.includes(cell), `${cell} in ${printed}`);
});

test('runs are sorted, filtered and copied', { skip }, async () => {
  const table = page.getByRole('region', { name: 'All runs' });
  await page.getByRole('searchbox', { name: 'Search All runs' }).fill('width=64 optimizer=adam');
  await page.getByText(/^\s*4 of \d+\s+rows/).first().waitFor();
  await table.getByRole('button', { name: 'accuracy', exact: true }).click();
  await table.getByRole('button', { name: 'accuracy', exact: true }).click();
  await table.getByRole('columnheader', { name: 'accuracy', exact: true }).and(page.locator('[aria-sort=descending]')).waitFor();
  const titles = await table.getByRole('columnheader').allInnerTexts();
  const place = titles.findIndex((title) => title.trim() === 'accuracy');
  const rows = await table.getByRole('row').all();
  const values = [];
  for (const row of rows.slice(1)) values.push(Number(await row.getByRole('cell').nth(place).innerText()));
  assert.equal(values.length, 4);
  assert.deepEqual(values, [...values].sort((a, b) => b - a));
  const downloading = page.waitForEvent('download');
  await page.locator('#runs').getByRole('button', { name: 'CSV' }).click();
  assert.equal((await downloading).suggestedFilename(), 'runs.csv');
  await page.locator('#runs').getByText('Columns', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'seed', exact: true }).check();
  await page.keyboard.press('Escape');
  await table.getByRole('columnheader', { name: 'seed' }).waitFor();
  await shoot(page, 'report-runs-filtered');
  await page.getByRole('searchbox', { name: 'Search All runs' }).fill('');
});

test('an axis of the parallel coordinates filters, and / leads to the search', { skip }, async () => {
  const handle = page.locator('#runs .handle').last();
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  const search = page.getByRole('searchbox', { name: 'Search All runs' });
  assert.match(await search.inputValue(), />=.* .*<=/);
  await search.fill('');
  await page.locator('#main').focus();
  await page.keyboard.press('/');
  assert.ok(await search.evaluate((element) => element === document.activeElement));
});

test('what is chosen in the table is drawn below', { skip }, async () => {
  const table = page.getByRole('region', { name: 'All runs' });
  const checked = () => table.locator('input:checked').count();
  const before = await checked();
  assert.ok(before > 0);
  const name = (await table.locator('input:checked').first().getAttribute('aria-label')).replace('Show ', '');
  const legend = page.locator('#curves .legend').first();
  await legend.getByText(name, { exact: true }).waitFor();
  await table.locator('input:checked').first().uncheck();
  await legend.getByText(name, { exact: true }).waitFor({ state: 'detached' });
  assert.equal(await checked(), before - 1);
});

test('phases stand over the power of the same time', { skip }, async () => {
  await page.locator('#time').scrollIntoViewIfNeeded();
  const figure = page.getByRole('img', { name: /phases in .*with the power of gpu0, cpu0/ });
  await figure.waitFor();
  await page.getByRole('region', { name: /^Phases of / }).getByText('Training').waitFor();
});

test('maps and scenes show what runs hold', { skip }, async (t) => {
  if (!report.hasPictures) return t.skip('no sciwright-bench beside the program');
  await page.locator('#maps').getByRole('img', { name: /^Next 2 weeks Now: \d+ pixels, mean/ }).waitFor();
  await page.locator('#maps').getByLabel('Quantity').selectOption('mean observation');
  await page.locator('#maps').getByRole('img', { name: /mean .* magnitude$/ }).first().waitFor();
  await page.locator('#scenes').getByText(/Of the pixels shown, .* right/).first().waitFor();
  assert.ok(await page.locator('#scenes canvas').first().evaluate((canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value, index) => index % 4 < 3 && value > 0)));
});

test('the workflow that lies beside the runs is drawn', { skip }, async () => {
  await page.locator('#workflows').scrollIntoViewIfNeeded();
  await page.getByRole('img', { name: /^4 jobs and 4 dependencies/ }).waitFor();
  const jobs = page.getByRole('region', { name: 'Jobs of demo' });
  assert.match((await jobs.getByRole('row').allInnerTexts()).join('\n'), /score.*done/s);
});

test('at 360 px nothing is wider than the screen', { skip }, async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await seeAll(page);
  const width = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('main > section, header')].map((each) => each.getBoundingClientRect().right)));
  assert.ok(width <= 360, `${width} px wide`);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('printed, it is light and holds its tables whole', { skip }, async () => {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.getByRole('button', { name: 'CSV' }).first().waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(255, 255, 255)');
  const table = page.getByRole('region', { name: 'All runs' });
  assert.ok((await table.getByRole('row').count()) > report.numRuns);
  await page.emulateMedia({ media: null });
});

for (const [width, height] of [[360, 740], [1600, 1000]]) {
  for (const look of ['light', 'dark', 'print']) {
    test(`pictures of all of it, ${width} px, ${look}`, { skip }, async () => {
      const opened = await openReport({ viewport: { width, height }, colorScheme: look === 'dark' ? 'dark' : 'light' });
      if (look === 'print') await opened.emulateMedia({ media: 'print' });
      else await seeAll(opened);
      await opened.waitForTimeout(300);
      await shoot(opened, `report-${width}-${look}`, { fullPage: true });
      assert.deepEqual(opened.errors, []);
      await opened.context().close();
    });
  }
}
