import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addWorkflow, go, launch, openPage, shoot, skip, startService } from './harness.mjs';

const node = (name, exec) => `    ${name}:\n      exec: ${exec}\n`;
const slow = `workflow:\n  nodes:\n${node('fetch', 'echo fetching; sleep 1')}${node('train', 'echo training; sleep 4')}${node('report', 'echo report')}  dependencies:\n    - fetch,train,report\n`;

let service;
let browser;
let page;

before(async () => {
  if (skip) return;
  service = await startService();
  browser = await launch();
  page = await openPage(browser, service);
});

after(async () => {
  await browser?.close();
  await service?.close();
});

const summaryState = (state) => page.locator(`[data-state="${state}"]`);
const button = (name) => page.getByRole('button', { name, exact: true });
const tab = (name) => page.getByRole('tab', { name, exact: true });

test('the token leaves the address bar', { skip }, async () => {
  assert.ok(!page.url().includes('token'));
});

test('a definition with problems says the lines and is not added', { skip }, async () => {
  await go(page, '#/add');
  await page.getByRole('radio', { name: 'Written here' }).check();
  await page.getByLabel('Name', { exact: true }).fill('broken');
  await page.getByRole('textbox', { name: 'Definition' }).fill('workflow:\n  nodes:\n    a:\n      kind: bogus\n');
  await page.getByRole('button', { name: /^4:\d+ .*bogus/ }).waitFor();
  assert.ok(await button('Add').isDisabled());
});

test('a workflow is added, run and watched live, and its log is read', { skip }, async () => {
  await addWorkflow(page, 'demo', slow);
  await button('Run').click();
  await summaryState('running').waitFor();
  await tab('Table').click();
  const row = (name) => page.getByRole('row').filter({ hasText: name });
  await row('train').getByText('running').waitFor();
  await page.getByRole('link', { name: 'train', exact: true }).click();
  await page.getByRole('log').getByText('training').waitFor();
  await shoot(page, 'workflow-running');
  await summaryState('done').waitFor({ timeout: 20_000 });
  await row('report').getByText('done').waitFor();
});

test('a running workflow is cancelled and resumed', { skip }, async () => {
  await button('Run').click();
  await summaryState('running').waitFor();
  await page.getByRole('row').filter({ hasText: 'train' }).getByText('running').waitFor();
  await page.getByRole('group', { name: 'Workflow' }).getByRole('button', { name: 'Cancel' }).click();
  await summaryState('cancelled').waitFor({ timeout: 20_000 });
  await page.getByRole('row').filter({ hasText: 'train' }).getByText('cancelled').first().waitFor();
  await button('Resume').click();
  await summaryState('done').waitFor({ timeout: 30_000 });
});

test('a failing job ends failed, is explained, and its dependants stay ready', { skip }, async () => {
  await addWorkflow(page, 'failing', `workflow:\n  nodes:\n${node('bad', 'sleep 0.2; exit 3')}${node('next', 'echo never')}  dependencies:\n    - bad,next\n`);
  await button('Run').click();
  await summaryState('failed').waitFor({ timeout: 20_000 });
  await tab('Table').click();
  await page.getByRole('row').filter({ hasText: 'next' }).getByText('ready').waitFor();
  await page.getByRole('link', { name: 'bad', exact: true }).click();
  await tab('Explanation').click();
  await page.getByRole('complementary').getByText(/bad .*failed|exit code 3/).first().waitFor();
  await shoot(page, 'workflow-failed');
});

test('the keyboard goes through the graph and opens a job', { skip }, async () => {
  await go(page, '#/workflows/demo/graph');
  const canvas = page.getByRole('application', { name: 'Graph of demo' });
  await page.locator('canvas[data-ready="true"]').waitFor();
  await canvas.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  assert.equal(await canvas.getAttribute('data-focused'), 'train');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'train' }).waitFor();
  await shoot(page, 'workflow-graph');
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 2, name: 'train' }).waitFor({ state: 'detached' });
});

test('a definition is edited, checked while one types, and saved', { skip }, async () => {
  await tab('Definition').click();
  const text = page.getByRole('textbox', { name: 'Definition of demo' });
  const before = await text.inputValue();
  await text.fill(before.replace('exec: echo report', 'kind: bogus'));
  await page.getByRole('button', { name: /^\d+:\d+ .*bogus/ }).waitFor();
  assert.ok(await button('Save').isDisabled());
  await shoot(page, 'workflow-definition');
  await text.fill(before.replace('echo report', 'echo changed'));
  await page.getByText('No problem found').waitFor();
  await button('Save').click();
  await page.getByText('Saved.').waitFor();
  await tab('Table').click();
  await page.getByRole('row').filter({ hasText: 'report' }).getByText('echo changed').waitFor();
});

test('the table is searched, sorted, and its columns are chosen and kept', { skip }, async () => {
  await page.getByRole('searchbox').fill('status=done');
  await button('Name').click();
  await button('Name').click();
  const first = page.getByRole('row').nth(1);
  assert.match(await first.innerText(), /^train/);
  await page.getByText('Columns', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'Attempt' }).check();
  await page.getByRole('columnheader', { name: 'Attempt' }).waitFor();
  await page.reload();
  await page.getByRole('columnheader', { name: 'Attempt' }).waitFor();
});

test('a workflow is reset and deleted, both after a question', { skip }, async () => {
  await page.getByRole('group', { name: 'Workflow' }).getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset', exact: true }).click();
  await summaryState('ready').waitFor();
  await button('Delete').click();
  await button('Delete demo').click();
  await page.getByRole('heading', { level: 1, name: 'Workflows' }).waitFor();
  await page.getByRole('link', { name: 'demo', exact: true }).waitFor({ state: 'detached' });
});

test('a shipped example is added', { skip }, async () => {
  await go(page, '#/add');
  await page.getByLabel('Name', { exact: true }).fill('from-example');
  await button('Add').click();
  await page.getByRole('heading', { level: 1, name: 'from-example' }).waitFor();
});

test('an archive is uploaded, and its scripts run', { skip: skip || (process.env.SCIWRIGHT ? false : 'the mock unpacks nothing') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sciwright-archive-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'packed.yaml'), 'workflow:\n  nodes:\n    hello: {script: parts/hello.sh}\n');
  mkdirSync(join(folder, 'parts'));
  writeFileSync(join(folder, 'parts/hello.sh'), '#!/bin/sh\necho hello from the archive\n', { mode: 0o755 });
  const buffer = execFileSync('tar', ['-cz', '-C', folder, '.']);
  await go(page, '#/add');
  await page.getByRole('radio', { name: 'A file' }).check();
  await page.locator('input[type=file]').setInputFiles({ name: 'packed.tar.gz', mimeType: 'application/gzip', buffer });
  await button('Add').click();
  await page.getByRole('heading', { name: 'packed', level: 1 }).waitFor();
  await button('Run').click();
  await summaryState('done').waitFor({ timeout: 20_000 });
  await tab('Table').click();
  await page.getByRole('link', { name: 'hello', exact: true }).click();
  await page.getByRole('log').getByText('hello from the archive').waitFor();
});

test('a file is uploaded', { skip }, async () => {
  await go(page, '#/add');
  await page.getByRole('radio', { name: 'A file' }).check();
  await page.locator('input[type=file]').setInputFiles({ name: 'uploaded.yaml', mimeType: 'text/yaml', buffer: Buffer.from(slow) });
  await button('Add').click();
  await page.getByRole('heading', { level: 1, name: 'uploaded' }).waitFor();
});

test('the plan is shown without running', { skip }, async () => {
  await button('Plan…').click();
  await page.getByRole('dialog').getByRole('cell', { name: 'train', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('without a token one can look but not change', { skip }, async () => {
  const context = await browser.newContext();
  const reader = await context.newPage();
  await reader.goto(service.address);
  await reader.getByText('You can look, but not change').waitFor();
  await reader.goto(`${service.address}/#/workflows/failing`);
  await reader.getByRole('heading', { level: 1, name: 'failing' }).waitFor();
  assert.equal(await reader.getByRole('button', { name: 'Run', exact: true }).count(), 0);
  await reader.getByRole('button', { name: 'Enter the token' }).click();
  await reader.getByLabel('Token').fill(service.token);
  await reader.getByRole('button', { name: 'Go on' }).click();
  await reader.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await context.close();
});

test('changes that are not saved are not left without a question', { skip }, async () => {
  await go(page, '#/workflows/uploaded/definition');
  const text = page.getByRole('textbox', { name: 'Definition of uploaded' });
  const before = await text.inputValue();
  await text.fill(`${before}# more\n`);
  page.once('dialog', (dialog) => void dialog.dismiss());
  await go(page, '#/system');
  await page.getByText('Not saved yet.').waitFor();
  assert.match(page.url(), /uploaded/);
  await button('Undo all').click();
  await go(page, '#/system');
  await page.getByRole('heading', { level: 1, name: 'System' }).waitFor();
});

test('after a broken connection the page goes on where it was', { skip }, async (t) => {
  if (service.isReal) return t.skip('the made-up service can break its connections at will');
  await go(page, '#/workflows/uploaded/table');
  await button('Run').click();
  await page.getByRole('row').filter({ hasText: 'train' }).getByText('running').waitFor();
  service.breakConnections();
  await page.getByText('The connection is lost').waitFor();
  await summaryState('done').waitFor({ timeout: 20_000 });
  await page.getByRole('row').filter({ hasText: 'report' }).getByText('done').waitFor();
});

test('no error came up on the way', { skip }, () => {
  assert.deepEqual(page.errors.filter((text) => !/status of 4\d\d|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION/.test(text)), []);
});
