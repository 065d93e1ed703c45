// The OpenAPI document of the live service is valid; a client that is generated from it calls every operation, and every answer is one
// that the document promises.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { build } from 'esbuild';
import openapiTypes from 'openapi-typescript';
import { startService } from '../browser/harness.mjs';

let service, document, folder;

before(async () => {
  service = await startService();
  document = await (await fetch(`${service.address}/api/v1/openapi.json`)).json();
  folder = mkdtempSync('node_modules/.client-');
});

after(async () => {
  rmSync(folder, { recursive: true });
  await service.close();
});

/** Path and operation of a request; `/a/{x}` is a pattern. Words win over names. */
function operationOf(method, pathname) {
  const isWord = (part) => !part.startsWith('{');
  const parts = pathname.split('/');
  const fits = (pattern) => {
    const words = pattern.split('/');
    return words.length === parts.length && words.every((word, i) => !isWord(word) || word === parts[i]);
  };
  const paths = Object.keys(document.paths).filter(fits);
  paths.sort((a, b) => b.split('/').filter(isWord).length - a.split('/').filter(isWord).length);
  return document.paths[paths[0]]?.[method.toLowerCase()];
}

/** A fetch that notes which operations succeeded, and what the document does not promise. */
function watchedFetch(succeeded, broken) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'document');
  return async (url, options) => {
    const response = await fetch(url, { ...options, redirect: 'manual' });
    const method = options?.method ?? 'GET';
    const { pathname } = new URL(url);
    const operation = operationOf(method, pathname);
    const promised = operation?.responses[response.status];
    const say = (what) => broken.push(`${method} ${pathname}: ${response.status}: ${what}`);
    if (!promised) {
      say(`not in the document: ${await response.clone().text()}`);
      return response;
    }
    if (response.status < 400 || operation.operationId === 'compatRunHint') succeeded.add(operation.operationId);
    const type = (response.headers.get('content-type') ?? '').split(';')[0];
    const content = promised.content?.[type];
    if (type && !content) say(`a body of ${type} is not in the document`);
    if (type === 'application/json' && content) {
      const body = await response.clone().json();
      const check = ajv.compile({ ...content.schema, components: document.components });
      if (!check(body)) say(ajv.errorsText(check.errors));
      if (response.status >= 400 && operation.operationId !== 'compatRunHint') say(JSON.stringify(body));
    }
    return response;
  };
}

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, '3.1');
});

test('a client generated from it compiles, calls every operation and gets what the document promises', { timeout: 300_000 }, async () => {
  writeFileSync(join(folder, 'api.d.ts'), await openapiTypes(document));
  copyFileSync('tests/client/calls.ts', join(folder, 'calls.ts'));
  const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck', '--target', 'ES2022',
    '--module', 'ESNext', '--moduleResolution', 'bundler', '--types', 'node', join(folder, 'calls.ts')], { encoding: 'utf8' });
  assert.equal(compiled.status, 0, compiled.stdout);
  const bundle = join(folder, 'calls.mjs');
  await build({ entryPoints: [join(folder, 'calls.ts')], outfile: bundle, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' });
  const { callEverything } = await import(pathToFileURL(bundle).href);
  const succeeded = new Set(), broken = [];
  await callEverything({
    baseUrl: service.address, token: service.token, fetch: watchedFetch(succeeded, broken), study: 'sweep', run: service.run
  });
  assert.deepEqual(broken, []);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path).map((operation) => operation.operationId));
  assert.deepEqual(operations.filter((operation) => !succeeded.has(operation)), []);
});
