// A study with runs below the root of a real service. The study is the program's own; the numbers of its runs are made up.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, study } from '../mock/records.mjs';

const settings = `run: {benchmark: cloudmask}
application: {name: sweep}
experiment:
  learning_rate: [0.0001, 0.001, 0.01, 0.1]
  width: [16, 32, 64]
  optimizer: [adam, sgd]
`;

function writeRun(folder, accuracy) {
  mkdirSync(folder, { recursive: true });
  const { result, epochs, host } = run('');
  const [scores] = result.scores;
  const full = {
    ...result, schema_version: 1, config_hash: '0', program_version: '0.1.0', details: {}, io: {}, num_sessions: 1, waiting: {},
    started_utc: '2026-11-21T08:01:11.000Z', finished_utc: '2026-11-21T08:08:22.000Z', times_s: { Total: 431.2, Training: 310.4 },
    energy: { joules: null, origin: 'none', reason: 'not measured' }, scores: [{ ...scores, accuracy }]
  };
  writeFileSync(join(folder, 'result.json'), JSON.stringify(full));
  writeFileSync(join(folder, 'host.json'), JSON.stringify({ schema_version: 1, ...host }));
  const lines = epochs.map((epoch) => `${epoch.epoch},${epoch.train_loss},${epoch.validation_loss},${epoch.learning_rate},120,24.2,2.1,0.1,,`);
  const head = 'epoch,train_loss,validation_loss,learning_rate,samples,train_s,validation_s,data_wait_s,train_accuracy,validation_accuracy';
  writeFileSync(join(folder, 'history.csv'), [head, ...lines, ''].join('\n'));
  const timers = ['session,thread,depth,name,kind,status,start_utc,duration_s,message,values',
    '0,0,0,Total,interval,ok,2026-11-21T08:01:11.000000000Z,431.2,,', '0,0,1,Initialize,interval,ok,2026-11-21T08:01:11.000000000Z,63.1,,',
    '0,0,1,Training,interval,ok,2026-11-21T08:02:14.100000000Z,310.4,,', ''];
  writeFileSync(join(folder, 'timers.csv'), timers.join('\n'));
}

export function writeRecords(program, root) {
  writeFileSync(join(root, 'study.yaml'), settings);
  writeFileSync(join(root, 'job.in.sh'), '#!/bin/sh\necho {experiment.learning_rate} {experiment.width} {experiment.optimizer}\n');
  execFileSync(program, ['experiment', 'generate', '--config', 'study.yaml', '--source', 'job.in.sh', '--out', 'sweep'], { cwd: root, stdio: 'pipe' });
  const folders = readdirSync(join(root, 'sweep')).filter((name) => statSync(join(root, 'sweep', name)).isDirectory());
  const accuracies = study().rows.map((row) => row.metrics.accuracy).filter(Boolean);
  folders.forEach((name, index) => writeRun(join(root, 'sweep', name, 'run'), accuracies[index]));
  return { run: `sweep~${folders[0]}~run` };
}
