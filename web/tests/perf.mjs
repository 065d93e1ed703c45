// Prints how long the page of a large workflow takes until it is interactive: drawn, and answering a key. One line of
// JSON for each size; medians of five loads in a browser that has never seen the page.
//   node tests/perf.mjs [NODES…]   against the made-up service, or `sciwright serve` of SCIWRIGHT=PROGRAM
import { largeDefinition } from './mock/definition.mjs';
import { launch, openPage, shoot, skip, startService } from './browser/harness.mjs';

const loads = 5;

async function measureOnce(browser, service, name) {
  const page = await openPage(browser, service);
  await page.goto('about:blank');
  const start = performance.now();
  // The token is in this tab's session storage, which lasts; the hash takes the page straight to the workflow.
  await page.goto(`${service.address}/#/workflows/${name}`);
  await page.locator('canvas[data-ready="true"]').waitFor();
  const drawn = performance.now();
  await page.getByRole('application').focus();
  await page.keyboard.press('Home');
  await page.locator('canvas[data-focused="job-0"]').waitFor();
  const interactive = performance.now();
  await page.keyboard.press('0');
  const frames = await frameTimes(page);
  await shoot(page, name);
  await page.getByRole('tab', { name: 'Table' }).click();
  const tableStart = performance.now();
  await page.getByRole('link', { name: 'job-0', exact: true }).waitFor();
  const table = performance.now() - tableStart;
  await page.context().close();
  return { drawn_s: (drawn - start) / 1000, interactive_s: (interactive - start) / 1000, pan_frame_ms: frames, table_s: table / 1000 };
}

/** Mean time of a frame while the whole graph is moved by keys. */
async function frameTimes(page) {
  return page.evaluate(async () => {
    const canvas = document.querySelector('canvas');
    const start = performance.now();
    const count = 30;
    for (let index = 0; index < count; index += 1) {
      canvas.dispatchEvent(new KeyboardEvent('keydown', { key: index % 2 ? 'ArrowLeft' : 'ArrowRight', shiftKey: true, bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
    return (performance.now() - start) / count / 2;
  });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function addLarge(service, name, size) {
  const response = await fetch(`${service.address}/api/v1/workflows?name=${name}`, {
    method: 'POST', body: largeDefinition(size), headers: { 'Content-Type': 'text/yaml', Authorization: `Bearer ${service.token}` }
  });
  if (!response.ok && response.status !== 409) throw new Error(`${name} was not added: ${await response.text()}`);
}

if (skip) {
  console.error(skip);
  process.exit(0);
}
const service = await startService();
const browser = await launch();
try {
  const sizes = process.argv.slice(2).map(Number);
  for (const size of sizes.length > 0 ? sizes : [1000, 10_000]) {
    const name = `large-${size}`;
    await addLarge(service, name, size);
    const results = [];
    for (let load = 0; load < loads; load += 1) results.push(await measureOnce(browser, service, name));
    const medians = Object.fromEntries(Object.keys(results[0]).map((key) => [key, Number(median(results.map((each) => each[key])).toFixed(3))]));
    console.log(JSON.stringify({ nodes: size, ...medians }));
  }
} finally {
  await browser.close();
  await service.close();
}
