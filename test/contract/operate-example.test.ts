// What examples/operate gives to whoever runs a backend: it can be read, and names nothing that is not there.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it, describe } from 'vitest';
import { parse } from 'yaml';
import { parseConfiguration } from '../../src/server/config/configuration.ts';
import { commands } from '../../src/server/operate/commands.ts';
import { usageOf } from '../../src/server/operate/usage.ts';
import { answering, makeDue, openHouse, signIn } from '../support/revocation.ts';

const read = (file: string): string =>
  readFileSync(new URL(`../../examples/operate/${file}`, import.meta.url), 'utf8');

interface Alerts {
  groups: {
    rules: {
      alert: string;
      expr: string;
      for: string;
      labels: { severity: string };
      annotations: { summary: string; description: string };
    }[];
  }[];
}
interface Dashboard {
  title: string;
  panels: { id: number; title: string; gridPos: object; targets: { expr: string }[] }[];
}
interface Compose {
  services: Record<
    string,
    { command?: string[]; configs?: { source: string }[]; depends_on?: object }
  >;
  configs: Record<string, { content: string }>;
}

const alerts = JSON.parse(read('alerts.json')) as Alerts;
const dashboard = JSON.parse(read('dashboard.json')) as Dashboard;
const compose = parse(read('compose.yaml')) as Compose;
const rules = alerts.groups.flatMap((group) => group.rules);

/** The series of an instance that has done something of every kind. */
let series: Map<string, Set<string>>;
beforeAll(async () => {
  const { origin } = await answering({ status: 401 });
  const house = await openHouse(origin);
  await signIn(house);
  await house.client.removeConnection({ provider: 'facebook' });
  await makeDue(house);
  await house.work();
  const text = await (await house.handler.metrics()).text();
  series = new Map();
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
    const known = series.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
});

const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [title, expr] as const),
  ),
];

// What Prometheus itself adds to each series that it reads.
const own = ['up', 'instance', 'job'];

describe('alerts and dashboard', () => {
  it.each(expressions)('%s names series and labels that are there: %s', (_what, expr) => {
    const bare = expr.replaceAll(/"[^"]*"/g, '""').replaceAll('$__rate_interval', '5m');
    const names = [...bare.matchAll(/\b(?:outro|nodejs|process)_\w+|\bup\b/g)].map(
      ([name]) => name,
    );
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect([...series.keys(), ...own]).toContain(name);
    const labels = [
      ...[...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
      ...[...bare.matchAll(/(\w+)(?:=~|!~|!=|=)""/g)].map(([, label = '']) => label),
    ];
    const known = [...names.flatMap((name) => [...(series.get(name) ?? [])]), ...own];
    for (const label of labels) expect(known).toContain(label);
  });

  it('every series and label of the documentation is there, and none of ours is left out', () => {
    const text = readFileSync(new URL('../../src/docs/operate.md', import.meta.url), 'utf8');
    const rows = text.match(/^\| `(?:outro|nodejs)_.*$/gm) ?? [];
    const told = rows.flatMap((row) => {
      const [, first = ''] = row.split('|');
      const all = [...first.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
      const names = all.filter((one) => /^(?:outro|nodejs)_/.test(one));
      const labels = all.filter((one) => !names.includes(one));
      return names.map((name) => [name, labels] as const);
    });
    for (const [name, labels] of told) {
      const found = series.get(name) ?? series.get(`${name}_count`);
      expect(found, name).toBeDefined();
      for (const label of labels) expect(found, name).toContain(label);
    }
    const ours = [...series.keys()]
      .filter((name) => name.startsWith('outro_'))
      .map((name) => name.replace(/_seconds_(?:bucket|sum|count)$/, '_seconds'));
    const named = told.map(([name]) => name);
    expect(ours.filter((name) => !named.includes(name))).toEqual([]);
  });

  it('every alert says how long, how bad, and what to do; a text names labels that its series has', () => {
    for (const { expr, annotations, labels, ...rule } of rules) {
      expect(rule.for, rule.alert).toMatch(/^\d+[mh]$/);
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.description).toMatch(/\.$/);
      const used = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(
        ([, name]) => name,
      );
      const [name = ''] = /\b(?:outro|nodejs)_\w+/.exec(expr) ?? [];
      const known = [...(series.get(name) ?? []), ...own];
      for (const label of used) expect(known, rule.alert).toContain(label);
    }
  });

  it('what the documentation says is worth an alert has one, and commands in them are there', () => {
    const page = readFileSync(new URL('../../src/docs/operate.md', import.meta.url), 'utf8');
    const [, worth = ''] = /Worth an alert:([^#]*)/.exec(page) ?? [];
    for (const [name] of worth.matchAll(/(?:outro|nodejs)_\w+/g))
      expect(
        rules.some(({ expr }) => expr.includes(name)),
        name,
      ).toBe(true);
    for (const [, command = ''] of JSON.stringify(rules).matchAll(
      /outro ([a-z]+) (?:list|retry|looks)/g,
    ))
      expect(Object.keys(commands)).toContain(command);
  });

  it('every panel has its place', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(dashboard.panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).toBe(
      dashboard.panels.length,
    );
  });
});

describe('the unit and the compose file', () => {
  const unit = read('outro.service');
  const unitCommand = /^ExecStart=.*\/cli\.js (.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];

  it.each([
    ['outro.service', unitCommand],
    ['compose.yaml', compose.services['outro']?.command ?? []],
  ])('%s starts what there is, with options that there are', (_file, command) => {
    expect(command[0]).toBe('serve');
    const usage = usageOf(commands);
    for (const option of command.filter((word) => word.startsWith('--')))
      expect(usage).toContain(option);
    expect(command).toEqual(expect.arrayContaining(['--config', '--host', '--metrics-port']));
  });

  it('the unit reloads by SIGHUP, and waits for a shutdown longer than that takes', () => {
    expect(unit).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10);
    for (const line of unit.split('\n')) expect(line).toMatch(/^(#.*|\[\w+\]|[A-Z]\w+=.*|)$/);
  });

  it('what compose.yaml hands to Prometheus and Grafana can be read, and leads to what is there', () => {
    const contents = Object.fromEntries(
      Object.entries(compose.configs).map(([name, { content }]) => [
        name,
        parse(content) as object,
      ]),
    );
    expect(contents['prometheus']).toMatchObject({
      rule_files: ['/etc/prometheus/alerts.json'],
      scrape_configs: [{ job_name: 'outro', static_configs: [{ targets: ['outro:9464'] }] }],
    });
    const sources = Object.values(compose.services).flatMap(({ configs = [] }) => configs);
    expect(new Set(sources.map(({ source }) => source))).toEqual(new Set(Object.keys(contents)));
    for (const [, file = ''] of read('compose.yaml').matchAll(/\.\/([\w.]+):/g)) read(file);
  });

  it('the configuration is right once its environment is there, and says what is missing until then', () => {
    const names = [...read('outro.env.example').matchAll(/^([A-Z_]+)=$/gm)].map(
      ([, name = '']) => name,
    );
    const used = [...read('outro.json').matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(used));
    const configuration = JSON.parse(read('outro.json')) as unknown;
    expect(() => parseConfiguration(configuration)).toThrow(
      'sites[0].secret: expected OUTRO_SECRET in the environment',
    );
    const key = Buffer.alloc(32, 'k').toString('base64');
    const filled = Object.fromEntries(
      used.map((name) => [name, name.includes('WEBHOOK') ? `whsec_${key}` : key]),
    );
    expect(parseConfiguration(configuration, filled).sites[0]?.webhooks[0]?.secrets).toEqual([
      `whsec_${key}`,
    ]);
  });
});
