/** The live page: every event of the stream brings one section whole, which is then drawn anew. */
import { lineChart, sparkline } from './chart.js';
import { ago, byId, count, decimal, duration, el, missing, percent, replace } from './dom.js';
import { request } from './api.js';
import { follow } from './stream.js';

const REASONS_SHOWN = 4;
const VERSIONS_SHOWN = 15;
const ANNOTATORS_SHOWN = 12;

let versionsByPolicy = {};
let lineages = [];
/** Until somebody chooses a policy, the first by name is shown: shadows come behind theirs. */
let chosenPolicy = null;

follow('/v1/live', {
  flow: drawFlow,
  said: drawSaid,
  waiting: drawWaiting,
  dead_letters: drawLetters,
  judges: drawJudges,
  versions: (versions) => {
    versionsByPolicy = versions;
    drawVersions();
  },
  lineage: (versions) => {
    lineages = versions;
    drawLineage();
  },
});

function drawFlow({ topics, said_by: by }) {
  replace(byId('flow'), topics.map((flow) =>
    el('li', { class: 'tile card', 'data-topic': flow.topic }, [
      el('span', { class: 'tile-name' }, flow.topic),
      el('span', { class: 'tile-count' }, count(flow.count)),
      el('span', { class: 'soft' }, flow.per_second > 0 ? `${decimal(flow.per_second, 1)} per s` : 'quiet'),
      sparkline(flow.by_second),
    ])));
  const voices = [
    [by.human, 'by people'],
    [by.model, 'by models'],
    [by.program, 'by programs'],
    [by.simulated, 'simulated'],
  ].filter(([number]) => number > 0);
  byId('said-by').textContent = voices.length === 0
    ? 'seen since the gateway started'
    : `feedback: ${voices.map(([number, voice]) => `${count(number)} ${voice}`).join(' · ')}`;
}

function drawSaid(lines) {
  replace(byId('said'), lines.length === 0
    ? [empty('Nobody has said anything yet.')]
    : lines.map((said) =>
        el('li', {}, [
          el('div', { class: 'line-head' }, [
            who(said.annotator),
            el('strong', {}, said.what),
            ago(said.at),
          ]),
          el('div', { class: 'about soft' }, said.about ?? said.item_id),
        ])));
}

function who(annotator) {
  const kinds = { human: 'person', model: 'model', program: 'program' };
  return el('span', { class: 'who', title: annotator.id }, [
    annotator.id.length > 18 ? `${annotator.id.slice(0, 17)}…` : annotator.id,
    annotator.simulated
      ? el('span', { class: 'badge simulated' }, 'simulated')
      : el('span', { class: 'badge' }, kinds[annotator.kind]),
  ]);
}

function drawWaiting({ without_votes: waiting, oldest }) {
  byId('waiting-count').textContent = waiting === 0
    ? 'Every task has a vote'
    : `${count(waiting)} ${waiting === 1 ? 'task' : 'tasks'} without a vote`;
  replace(byId('waiting'), oldest.map((task) =>
    el('li', {}, [
      el('div', { class: 'line-head' }, [el('span', { class: 'about' }, task.prompt ?? task.item_id), ago(task.since)]),
    ])));
}

function drawLetters({ count: total, by_reason: byReason, newest }) {
  const reasons = Object.entries(byReason)
    .sort(([, one], [, other]) => other - one)
    .slice(0, REASONS_SHOWN)
    .map(([reason, number]) => `${count(number)} ${words(reason)}`);
  byId('letters-count').textContent = total === 0
    ? 'No dead letters'
    : `${count(total)} dead ${total === 1 ? 'letter' : 'letters'}: ${reasons.join(', ')}`;
  replace(byId('letters'), newest.slice(0, 5).map((letter) =>
    el('li', {}, [
      el('div', { class: 'line-head' }, [
        el('strong', { class: 'warn' }, words(letter.reason)),
        el('span', { class: 'soft' }, `${letter.topic}-${letter.partition}@${letter.offset}`),
        ago(letter.at),
      ]),
      el('div', { class: 'about soft' }, letter.detail),
    ])));
}

const judgeColumns = [
  ['judge', (judge) => judge.id, 'name'],
  ['kind', (judge) => words(judge.kind), ''],
  ['state', judgeState, ''],
  ['judged', ({ report }) => count(report?.judged), ''],
  ['waiting', ({ report }) => count(report?.waiting), ''],
  ['failures', ({ report }) => count(report?.failures), ''],
  ['written', (judge) => count(judge.written), 'wide'],
  ['newest', (judge) => (judge.written_at ? ago(judge.written_at) : missing), 'wide'],
  ['last error', ({ report }) => report?.last_error ?? missing, 'wide message'],
];

function drawJudges(judges) {
  byId('judges-section').hidden = judges.length === 0;
  drawRows('judges', judgeColumns, judges, 'data-judge');
}

function judgeState({ report }) {
  if (!report) return 'elsewhere';
  const state = el('strong', { class: report.state === 'working' ? '' : 'warn' }, words(report.state));
  const since = report.since && ` since ${new Date(report.since).toLocaleTimeString()}`;
  return el('span', {}, [state, since]);
}

const words = (reason) => reason.replaceAll('_', ' ');

// A reward model has other names for what it says of pairs than a policy.
const metric = (name, ofRewardModels) => (version) => version.metrics[name] ?? version.metrics[ofRewardModels];
const winRate = metric('eval_win_rate');
const tieShare = metric('eval_tie_share');
const margin = metric('rewards/margins', 'margin');
const accuracy = metric('rewards/accuracies', 'accuracy');
const loss = metric('loss');
const heldOut = metric('eval_rewards/accuracies', 'eval_accuracy');

function drawVersions() {
  const policies = Object.keys(versionsByPolicy);
  if (policies.length === 0) return drawTable([]);
  const shownPolicy = chosenPolicy ?? policies.toSorted()[0];
  drawTabs(policies, shownPolicy);
  drawLanes(policies);
  const versions = versionsByPolicy[shownPolicy];
  drawHead(versions[0]);
  drawCharts([...versions].reverse());
  drawTable(versions);
  drawLineage();
}

function drawTabs(policies, shownPolicy) {
  replace(byId('policies'), policies.length < 2 ? [] : policies.map((policy) => {
    const tab = el('button', { type: 'button', 'aria-pressed': policy === shownPolicy }, policy);
    tab.onclick = () => {
      chosenPolicy = policy;
      drawVersions();
    };
    return tab;
  }));
}

const laneColumns = [
  ['version', (version) => version.id, 'name'],
  ['objective', (version) => version.objective, ''],
  ['win rate', (version) => percent(winRate(version)), ''],
  ['held-out accuracy', (version) => percent(heldOut(version)), ''],
  ['margin', (version) => decimal(margin(version)), 'wide'],
  ['examples', (version) => count(version.examples), 'wide'],
  ['published', (version) => ago(version.published_at), 'wide'],
];

function drawLanes(policies) {
  byId('lanes-section').hidden = policies.length < 2;
  drawRows('lanes', laneColumns, policies.map((policy) => versionsByPolicy[policy][0]));
}

function drawHead(version) {
  byId('policy-title').textContent = version.id;
  replace(byId('policy-note'), [
    'published ', ago(version.published_at),
    version.parent ? `, learned by ${version.objective} from ${count(version.examples)} examples` : ', the base of its line',
  ]);
  const figures = [
    ['win rate', percent(winRate(version)), 'wins / (wins + losses) against the base, on held-out prompts'],
    ['ties', percent(tieShare(version)), 'share of held-out prompts where neither wins'],
    ['margin', decimal(margin(version)), 'rewards/margins'],
    ['accuracy', percent(accuracy(version)), 'rewards/accuracies'],
    ['freshness', duration(version.freshness_seconds), 'from the newest feedback in it to its publication'],
  ];
  replace(byId('head'), figures.map(([name, value, title]) =>
    el('div', { title, 'data-figure': name }, [el('dt', {}, name), el('dd', {}, value)])));
}

function drawCharts(oldestFirst) {
  replace(byId('charts'), [
    chart('Win rate by version', oldestFirst, winRate, { reference: 0.5, domain: [0, 1], format: percent }),
    chart('Margin by version', oldestFirst, margin, { reference: 0, format: decimal }),
  ].filter((drawn) => drawn !== null));
}

function chart(label, versions, value, options) {
  const points = versions
    .filter((version) => Number.isFinite(value(version)))
    .map((version) => ({
      x: version.number,
      y: value(version),
      title: `${version.id}: ${options.format(value(version))}`,
    }));
  return points.length === 0
    ? null
    : el('figure', { class: 'card' }, [el('figcaption', {}, label), lineChart({ label, points, ...options })]);
}

const columns = [
  ['version', (version) => version.id, 'name'],
  ['win rate', (version) => percent(winRate(version)), ''],
  ['ties', (version) => percent(tieShare(version)), 'wide'],
  ['margin', (version) => decimal(margin(version)), ''],
  ['accuracy', (version) => percent(accuracy(version)), 'wide'],
  ['loss', (version) => decimal(loss(version), 3), 'wide'],
  ['examples', (version) => count(version.examples), 'wide'],
  ['freshness', (version) => duration(version.freshness_seconds), ''],
  ['published', (version) => ago(version.published_at), 'wide'],
];

function drawTable(versions) {
  drawRows('versions', columns, versions.slice(0, VERSIONS_SHOWN));
}

const taints = { none: 'no', by_descent: 'by descent', directly: 'directly' };

const lineageColumns = [
  ['version', (version) => chooser(version.id), 'name'],
  ['parent', (version) => version.parent ?? 'the base', 'wide'],
  ['examples', (version) => count(version.examples), ''],
  ['events', (version) => count(version.events), ''],
  ['annotators', (version) => count(version.annotators), 'wide'],
  ['trust epoch', (version) => count(version.trust_epoch), 'wide'],
  ['tainted', (version) => el('span', { class: version.taint === 'none' ? '' : 'warn' }, taints[version.taint]), ''],
];

function drawLineage() {
  const policy = chosenPolicy ?? Object.keys(versionsByPolicy).toSorted()[0];
  const shown = lineages
    .filter((version) => version.id.startsWith(`${policy}@`))
    .toSorted((one, other) => other.id.localeCompare(one.id))
    .slice(0, VERSIONS_SHOWN);
  byId('lineage-section').hidden = lineages.length === 0;
  drawRows('lineage', lineageColumns, shown);
}

function chooser(id) {
  const button = el('button', { type: 'button' }, id);
  button.onclick = () => drawDetail(id);
  return button;
}

async function drawDetail(id) {
  const response = await request(`/v1/lineage/versions/${encodeURIComponent(id)}`);
  const detail = byId('lineage-detail');
  detail.hidden = false;
  if (!response.ok) return replace(detail, [el('p', { class: 'empty' }, `${id} is not in the index yet.`)]);
  const lineage = await response.json();
  const said = Object.entries(lineage.annotators)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, ANNOTATORS_SHOWN)
    .map(([annotator, events]) => `${annotator} ${count(events)}`);
  const ranges = lineage.version.learned.consumed
    .map((range) => `${range.topic}-${range.partition} from ${range.from} to ${range.to}`);
  const lines = [
    ['ancestors', lineage.ancestors.length === 0 ? 'none: the base' : `${count(lineage.ancestors.length)}, the nearest ${lineage.ancestors[0]}`],
    ['consumed', ranges.join(', ') || missing],
    ['artifact', lineage.version.learned.artifact_digest],
    ['annotators', said.join(' · ') || missing],
    ['taken back', count(lineage.taken_back.length)],
    ['tainted ancestors', lineage.tainted_ancestors.join(', ') || 'none'],
  ];
  return replace(detail, [
    el('p', { class: 'card-title' }, id),
    el('ul', { class: 'lines' }, lines.map(([name, value]) =>
      el('li', {}, el('div', { class: 'line-head' }, [el('strong', {}, name), el('span', { class: 'about' }, value)])))),
  ]);
}

function drawRows(id, shown, rows, key = 'data-version') {
  replace(byId(`${id}-head`), [
    el('tr', {}, shown.map(([name, , style]) => el('th', { scope: 'col', class: style }, name))),
  ]);
  replace(byId(id), rows.length === 0
    ? [el('tr', {}, el('td', { colspan: shown.length, class: 'empty' }, 'No version yet.'))]
    : rows.map((row) =>
        el('tr', { [key]: row.id },
          shown.map(([, value, style]) => el('td', { class: style }, value(row))))));
}

const empty = (text) => el('li', { class: 'empty' }, text);
