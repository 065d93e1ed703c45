// A report of a study that was run by the program itself, as far as that takes seconds; the numbers of most runs are made up.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeRecords } from './records.mjs';

/** What a run must never do to the page: its name and its reasons are markup that runs a script. */
export const hostile = '<img src=x onerror="document.title=\'broken\'">';

const workflow = `workflow:
  nodes:
    prepare: {exec: sleep 0.2}
    train_a: {exec: sleep 0.4}
    train_b: {exec: sleep 0.3}
    score: {exec: sleep 0.1}
  dependencies: ['prepare,train_a,score', 'prepare,train_b,score']
`;

function writePower(folder) {
  const rows = ['session,utc,device,kind,source,origin,model,power_w,energy_j,temperature_c,utilization_fraction,memory_utilization_fraction,encoder_fraction,decoder_fraction,memory_used_bytes,memory_total_bytes'];
  const start = Date.parse('2026-11-21T08:01:11Z');
  for (let second = 0; second < 431; second += 1) {
    const utc = new Date(start + 1000 * second).toISOString().replace('Z', '000000Z');
    const power = second < 63 ? 55 : second < 373 ? 240 + 20 * Math.sin(second / 5) : 90;
    rows.push(`0,${utc},gpu0,gpu,nvml,measured,A100,${power.toFixed(1)},,,,,,,,`);
    rows.push(`0,${utc},cpu0,cpu,powercap,measured,,${(60 + 25 * Math.sin(second / 9) ** 2).toFixed(1)},,,,,,,,`);
  }
  writeFileSync(join(folder, 'energy.csv'), rows.join('\n') + '\n');
}

/** Runs that also take seconds, where there is a program that can train; they have maps and scenes. */
function trainSome(program, root) {
  const bench = process.env.SCIWRIGHT_BENCH ?? join(dirname(program), 'sciwright-bench');
  if (!existsSync(bench)) return false;
  const small = ['synthetic.num_training=4', 'synthetic.num_test=2', 'synthetic.height_px=128', 'synthetic.width_px=160', 'network.width=4', 'training.epochs=1'];
  const run = (...words) => execFileSync(program, ['run', ...words, '--quiet'], { cwd: root, stdio: 'pipe' });
  run('cloudmask', '--out', 'trained/cloudmask', ...small.flatMap((setting) => ['--set', setting]));
  run('earthquake', '--model', 'baselines', '--out', 'trained/earthquake');
  return true;
}

/** Writes runs and their report; `path` is the page's, `close` removes all. */
export function makeReport(program) {
  const root = mkdtempSync(join(tmpdir(), 'sciwright-report-'));
  writeRecords(program, root);
  const sweep = join(root, 'sweep');
  const folders = readdirSync(sweep).filter((name) => statSync(join(sweep, name)).isDirectory());
  writePower(join(sweep, folders[0], 'run'));
  const bad = join(root, 'others', hostile.replaceAll('/', ''));
  mkdirSync(bad, { recursive: true });
  const result = {
    schema_version: 1, benchmark: 'cloudmask', model: hostile, seed: 1, config_hash: '0', program_version: '0.1.0', valid: false, reasons: [`</script>${hostile}`],
    scores: [], details: {}, io: {}, num_sessions: 1, waiting: {}, energy: { joules: null, origin: 'none', reason: '' }, times_s: {},
    started_utc: '2026-11-21T08:01:11.000Z', finished_utc: '2026-11-21T08:08:22.000Z'
  };
  writeFileSync(join(bad, 'result.json'), JSON.stringify(result));
  writeFileSync(join(root, 'demo.yaml'), workflow);
  execFileSync(program, ['workflow', 'run', 'demo.yaml'], { cwd: root, stdio: 'pipe' });
  const hasPictures = trainSome(program, root);
  const printed = execFileSync(program, ['report', '.', '--out', 'page.html'], { cwd: root, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  return { path: join(root, 'page.html'), printed, hasPictures, numRuns: folders.length, close: () => rmSync(root, { recursive: true, force: true }) };
}
