import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { writeRecords } from './records.mjs';
import { startMock } from '../mock/server.mjs';

const browsers = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser's program; nothing where there is none. */
export const browserPath = browsers.find((path) => path && existsSync(path));

/** Why the tests cannot run here, or false. */
export const skip = browserPath ? false : 'no chromium here: install the package chromium, or name one by CHROMIUM';

export const screenshots = process.env.SCREENSHOTS ?? 'screenshots';

export async function launch() {
  return chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  });
}

/** The real program, if the environment names one in SCIWRIGHT, on a root of its own. */
async function startProgram(program) {
  const root = mkdtempSync(join(tmpdir(), 'sciwright-web-'));
  const { run } = writeRecords(program, root);
  const token = 'a-token-for-the-tests-0123456789';
  const process_ = spawn(program, ['serve', '--port', '0', '--root', root, '--token', token], { stdio: ['ignore', 'pipe', 'pipe'] });
  const address = await new Promise((resolve, reject) => {
    let text = '';
    const read = (piece) => {
      text += piece;
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (match) resolve(match[0]);
    };
    process_.stdout.on('data', read);
    process_.stderr.on('data', read);
    process_.on('exit', (code) => reject(new Error(`${program} serve ended with ${code}: ${text}`)));
  });
  const close = async () => {
    const isOver = new Promise((resolve) => process_.on('exit', resolve));
    process_.kill('SIGTERM');
    await isOver;
    rmSync(root, { recursive: true, force: true });
  };
  return { address, token, close, isReal: true, run };
}

export async function startService() {
  if (process.env.SCIWRIGHT) return startProgram(process.env.SCIWRIGHT);
  return { ...(await startMock(process.env.SCIWRIGHT_WEB_OUT ?? 'dist')), isReal: false, run: 'sweep~cloudmask-1' };
}

/** A page whose errors, also those of its content security policy, are kept in `page.errors`. */
export async function openPage(browser, service, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && page.errors.push(message.text()));
  await page.goto(`${service.address}/#token=${service.token}`);
  await page.getByRole('heading', { level: 1, name: 'Workflows' }).waitFor();
  return page;
}

export async function go(page, hash) {
  await page.evaluate((to) => (location.hash = to), hash);
}

/** Adds a workflow by the page's own form. */
export async function addWorkflow(page, name, text) {
  await go(page, '#/add');
  await page.getByRole('radio', { name: 'Written here' }).check();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('textbox', { name: 'Definition' }).fill(text);
  await page.getByText('No problem found').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

export async function shoot(page, name, options = {}) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), ...options });
}

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** What axe-core finds on the page as it is, one text for each violation. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}
