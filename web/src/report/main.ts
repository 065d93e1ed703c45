import { mount } from 'svelte';
import '../app.css';
import './report.css';
import { ReportData, unpack } from './data';
import ReportPage from './ReportPage.svelte';

async function open(target: HTMLElement): Promise<void> {
  const element = document.getElementById('data');
  if (!element) throw new Error('There is no data in this file.');
  const data = ReportData.parse(await unpack(element.textContent ?? ''));
  element.remove(); // Some ten million characters that nobody needs any more.
  target.replaceChildren();
  mount(ReportPage, { target, props: { data } });
}

const target = document.getElementById('app')!;
open(target).catch((error: unknown) => {
  const message = document.createElement('p');
  message.className = 'opening';
  message.setAttribute('role', 'alert');
  message.textContent = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
  target.replaceChildren(message);
});
