// A study, runs and leaderboards that look like real ones; the numbers are made up by formulas.

export function study(size = 120) {
  const rows = [];
  for (let index = 0; index < size; index += 1) {
    const learning_rate = [0.0001, 0.001, 0.01, 0.1][index % 4];
    const width = [16, 32, 64][Math.floor(index / 4) % 3];
    const optimizer = ['adam', 'sgd'][Math.floor(index / 12) % 2];
    const phase = index % 23 === 7 ? 'failed' : index > size - 6 ? 'running' : 'done';
    const accuracy = 0.93 - Math.abs(Math.log10(learning_rate) + 2.4) * 0.07 + width / 2000 + Math.sin(index * 1.7) * 0.01;
    rows.push({
      name: `learning_rate_${learning_rate}_width_${width}_${optimizer}_${index}`, phase, attempt: 1,
      values: { learning_rate, width, optimizer, repeat: index },
      metrics: phase === 'done' ? { accuracy, time_s: 20 + width * 0.9 + Math.cos(index) * 3 } : { accuracy: null, time_s: null },
      run: phase === 'done' ? 'sweep~cloudmask-1' : null
    });
  }
  return { name: 'sweep', parameters: ['learning_rate', 'width', 'optimizer', 'repeat'], metrics: ['accuracy', 'time_s'], rows };
}

export function runs() {
  return ['cloudmask', 'earthquake'].flatMap((benchmark, kind) =>
    [1, 2, 3].map((number) => ({
      name: `sweep~${benchmark}-${number}`, path: `sweep/${benchmark}-${number}`, benchmark, status: number === 3 ? 'invalid' : 'valid',
      started_utc: `2026-11-2${number}T08:0${number}:11.000Z`, duration_s: 431.2 * number,
      metrics: kind === 0 ? { accuracy: 0.9 + number / 100, f1: 0.88 + number / 100 } : { nnse: 0.5 + number / 50 }
    }))
  );
}

export function run(name) {
  const epochs = Array.from({ length: 30 }, (_, index) => ({
    epoch: index + 1, train_loss: 0.7 * Math.exp(-index / 8) + 0.08, validation_loss: 0.75 * Math.exp(-index / 9) + 0.1 + Math.sin(index) * 0.006,
    learning_rate: 0.001 * 0.95 ** index, train_accuracy: 0.94 - 0.3 * Math.exp(-index / 7), validation_accuracy: 0.93 - 0.3 * Math.exp(-index / 7)
  }));
  const power = Array.from({ length: 400 }, (_, index) => index).flatMap((index) => [
    { t_s: index, device: 'package 0', power_w: 60 + 25 * Math.sin(index / 9) ** 2 },
    { t_s: index, device: 'gpu 0', power_w: index < 30 ? 55 : 240 + 20 * Math.sin(index / 5) }
  ]);
  const baselines = { brightness_threshold: { accuracy: 0.676, f1: 0.794 }, logistic_regression: { accuracy: 0.77, f1: 0.795 } };
  return {
    name, epochs, power,
    phases: [['load', 0, 22.1], ['prepare', 22.1, 41], ['train', 63.1, 310.4], ['infer', 373.5, 49], ['score', 422.5, 8.7]].map(
      ([phase, start_s, duration_s]) => ({ name: phase, start_s, duration_s })
    ),
    result: {
      benchmark: 'cloudmask', model: 'unet', seed: 7, valid: true, reasons: [], energy: null,
      scores: [{ subset: 'all', accuracy: 0.9024, f1: 0.92, baselines }, { subset: 'day', accuracy: 0.913, f1: 0.93, baselines }]
    },
    host: { name: 'node-17', processor: { model: 'A processor', cores: 64 }, memory_bytes: 270_000_000_000 }
  };
}

export function leaderboards() {
  const rows = runs().filter((each) => each.benchmark === 'cloudmask').map((each, index) => ({
    rank: 3 - index, run: each.name, value: each.metrics.accuracy, baseline: 0.7697, system: 'node-17, 2 GPUs', date: each.started_utc
  }));
  return [{ benchmark: 'cloudmask', metric: 'accuracy', direction: 'higher', rows }];
}
