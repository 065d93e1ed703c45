// Prints how long a report's page takes until it is interactive: drawn, and a table sorted by a click. One line of JSON;
// medians of five loads, each in a browser that has not seen the page.
//   node tests/perf_report.mjs PAGE.html
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { launch, shoot, skip } from './browser/harness.mjs';

const loads = 5;
const [path] = process.argv.slice(2);

/** Seconds that something takes. */
async function timed(action) {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

async function measureOnce(path) {
  const browser = await launch();
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(60_000);
  let drawn_s = 0;
  const interactive_s = await timed(async () => {
    drawn_s = await timed(async () => {
      await page.goto(pathToFileURL(path).href);
      await page.locator('html[data-ready=true]').waitFor();
    });
    const mean = page.locator('#board-1').getByRole('columnheader', { name: 'mean', exact: true });
    await mean.getByRole('button').click();
    await mean.and(page.locator('[aria-sort=ascending]')).waitFor();
  });
  await page.evaluate(() => document.getElementById('runs').scrollIntoView());
  const search = page.getByRole('searchbox', { name: 'Search All runs' });
  await search.waitFor();
  const filter_s = await timed(async () => {
    await search.fill('model_07 accuracy>0.85');
    await page.locator('#runs').getByText(/ of 100,000/).first().waitFor();
  });
  await search.fill('');
  const head = page.getByRole('region', { name: 'All runs' }).getByRole('columnheader', { name: 'accuracy', exact: true });
  const sort_s = await timed(async () => {
    await head.getByRole('button').click();
    await head.and(page.locator('[aria-sort=ascending]')).waitFor();
  });
  await shoot(page, 'report-large');
  await browser.close();
  return { drawn_s, interactive_s, filter_s, sort_s };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

if (skip) {
  console.error(skip);
  process.exit(0);
}
const results = [];
for (let load = 0; load < loads; load += 1) results.push(await measureOnce(path));
const medians = Object.fromEntries(Object.keys(results[0]).map((key) => [key, Number(median(results.map((each) => each[key])).toFixed(3))]));
console.log(JSON.stringify({ size_mb: statSync(path).size / 1e6, ...medians }));
