// As much of a workflow's YAML as the tests write: nodes with plain keys, chains of dependencies.

const keys = ['exec', 'kind', 'host', 'label', 'script', 'retries', 'timeout'];
const kinds = ['local', 'sh', 'python', 'notebook', 'ssh', 'slurm', 'lsf'];

/** { nodes: [{name, exec, …}], edges: [[a, b]], problems: [{line, column, message}] } */
export function readDefinition(text) {
  const nodes = new Map();
  const problems = [];
  const chains = [];
  let section = '';
  let node = null;
  text.split('\n').forEach((raw, index) => {
    const content = raw.replace(/\s+#.*$/, '').trimEnd();
    if (!content.trim() || content.trim().startsWith('#')) return;
    const indent = content.length - content.trimStart().length;
    const problem = (message) => problems.push({ line: index + 1, column: indent + 1, message });
    const [, key, value] = /^\s*(?:- )?([^:]+?)(?::\s*(.*))?$/.exec(content) ?? [];
    if (indent === 0) {
      if (key !== 'workflow') problem(`"${key}" is no key of a workflow file; expected "workflow"`);
    } else if (indent === 2) {
      section = key;
      if (!['nodes', 'dependencies', 'name', 'description', 'hosts'].includes(key)) problem(`"${key}" is no key of a workflow`);
    } else if (section === 'nodes' && indent === 4) {
      node = { name: key, kind: 'local', host: 'localhost', label: '', exec: '', script: '', retries: 0 };
      nodes.set(key, node);
    } else if (section === 'nodes') {
      if (!keys.includes(key)) problem(`"${key}" is no key of a node; did you mean "exec"?`);
      else if (key === 'kind' && !kinds.includes(value)) problem(`"${value}" is no kind of node; expected one of ${kinds.join(', ')}`);
      else node[key] = value.replace(/^"(.*)"$/, '$1').replaceAll('\\n', '\n');
    } else if (section === 'dependencies') {
      chains.push({ line: index + 1, names: key.split(',').map((name) => name.trim()) });
    }
  });
  const edges = [];
  for (const { line, names } of chains) {
    for (const name of names) {
      if (!nodes.has(name)) problems.push({ line, column: 7, message: `"${name}" is no node` });
    }
    for (let index = 1; index < names.length; index += 1) edges.push([names[index - 1], names[index]]);
  }
  if (nodes.size === 0) problems.push({ line: 1, column: 1, message: 'there are no nodes' });
  return { nodes: [...nodes.values()], edges, problems };
}

/** A text with `size` nodes in layers of about 25, each after two of the layer before. */
export function largeDefinition(size) {
  const width = Math.max(5, Math.round(Math.sqrt(size) / 1.6));
  const lines = ['workflow:', '  nodes:'];
  const chains = [];
  for (let index = 0; index < size; index += 1) {
    lines.push(`    job-${index}:`, `      exec: sleep ${1 + (index % 7)}`);
    if (index < width) continue;
    const before = index - width;
    const layer = before - (before % width);
    chains.push(`    - job-${before},job-${index}`, `    - job-${layer + ((before * 7 + 3) % width)},job-${index}`);
  }
  return [...lines, '  dependencies:', ...new Set(chains)].join('\n') + '\n';
}

/** Layers from the top down; the middle of each box, as the service gives it. */
export function layOut(nodes, edges) {
  const parents = new Map(nodes.map((node) => [node.name, []]));
  for (const [a, b] of edges) parents.get(b)?.push(a);
  const depths = new Map();
  const depth = (name) => {
    if (!depths.has(name)) {
      depths.set(name, 0);
      depths.set(name, Math.max(-1, ...parents.get(name).map(depth)) + 1);
    }
    return depths.get(name);
  };
  const layers = [];
  for (const { name } of nodes) (layers[depth(name)] ??= []).push(name);
  const widest = Math.max(...layers.map((layer) => layer.length));
  const [stepX, stepY, boxWidth, boxHeight] = [170, 96, 130, 40];
  const placed = {};
  layers.forEach((layer, row) => {
    const start = ((widest - layer.length) * stepX) / 2;
    layer.forEach((name, column) => {
      placed[name] = [start + column * stepX + stepX / 2, row * stepY + stepY / 2, boxWidth, boxHeight];
    });
  });
  return { width: widest * stepX, height: layers.length * stepY, nodes: placed };
}
