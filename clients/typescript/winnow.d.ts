// The types of Winnow's REST API. Made from the OpenAPI document by tools/apitypes: do not edit.

export interface Accepted {
  media_id: string;
  job_id: string;
  status: "scheduled" | "queued" | "running" | "done" | "failed" | "cancelled";
  links: Record<string, string>;
}

export interface Account {
  account_id: string;
  tenant_id: string;
  name: string;
  role: "reader" | "writer" | "operator" | "admin";
  has_password: boolean;
  created_at: string;
  disabled_at: string | null;
  last_signed_in_at: string | null;
  link?: string;
}

export interface AccountSession {
  session_id: string;
  device: string;
  address: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  is_this: boolean;
}

export interface AccountSessions {
  items: Array<AccountSession>;
}

export interface Accounts {
  items: Array<Account>;
}

export interface ApiKey {
  key_id: string;
  name: string;
  tenant_id: string;
  scopes: Array<string>;
  state: "good" | "expired" | "revoked";
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
  key?: string;
}

export interface ApiKeys {
  items: Array<ApiKey>;
}

export interface AuditPage {
  items: Array<AuditPageItem>;
  next_cursor: string | null;
}

export interface AuditPageItem {
  audit_id: number;
  done: number;
  refused: number;
  key_id: string;
  key_name: string;
  action: string;
  target: string;
  at: string;
  ended_at: string | null;
  filter: Record<string, unknown> | null;
}

export interface BulkSlice {
  audit_id: number;
  done: number;
  refused: number;
  refusals: Array<BulkSliceRefusal>;
  next_cursor: string | null;
}

export interface BulkSliceRefusal {
  target: string;
  detail: string;
}

export interface CallLimits {
  items: Array<CallLimitsItem>;
}

export interface CallLimitsItem {
  name: string;
  tenant_id: string;
  value: number | null;
  setting: number | null;
  set_by: string | null;
  set_at: string | null;
  used: number;
  waiting: number;
}

export interface Captions {
  items: Array<CaptionsItem>;
}

export interface CaptionsItem {
  language: string;
  source: "speech" | "captions";
  cues: number;
  links: Record<string, string>;
}

export interface Classification {
  items: Array<FoundItem>;
  abstained: boolean;
  nothing: ClassificationNothing | null;
  better_photo: ClassificationBetterPhoto | null;
  rule: Rule | null;
  guidance: Guidance | null;
  language: string;
  region: string;
  model: string;
  prompt: string;
  threshold: number;
  cached: boolean;
  warnings: Array<string>;
}

export interface ClassificationNothing {
  code: "no_item" | "unclear" | "person";
  text: string;
}

export interface ClassificationBetterPhoto {
  code: "label" | "closer" | "one_item" | "brighter" | "other_side";
  text: string;
}

export interface Correction {
  id: unknown;
  at?: string;
  correct_category?: "plastic" | "paper" | "metal" | "glass" | "general";
  correct_item?: string | null;
  correct_state?: string | null;
  note?: string | null;
}

export interface DeadPage {
  items: Array<DeadTask>;
  next_cursor: string | null;
}

export interface DeadTask {
  task_id: string;
  job_id: string;
  tenant_id: string;
  media_id: string;
  actor: string;
  queue: string;
  run: number;
  retry: number;
  ended_at: string | null;
  problem: Problem | null;
  replayable: boolean;
  discarded_at: string | null;
  links: Record<string, string>;
  command?: Record<string, unknown> | null;
  trace?: string | null;
}

export interface Deliveries {
  items: Array<Delivery>;
  next_cursor: string | null;
}

export interface Delivery {
  delivery_id: string;
  webhook_id: string;
  type: string;
  media_id: string | null;
  job_id: string | null;
  state: "pending" | "delivered" | "failed" | "cancelled";
  tries: number;
  created_at: string;
  tried_at: string | null;
  next_at: string | null;
  status: number | null;
  error: string;
  work_id: string;
}

export interface Drill {
  job_id: string;
  links: Record<string, string>;
}

export interface DuplicatesPage {
  items: Array<RepeatedRun>;
  sums: Array<DuplicatesPageSum>;
  runs: number;
  next_cursor: string | null;
}

export interface DuplicatesPageSum {
  cause: unknown;
  runs: number;
  unknown: number;
  superseded: number;
}

export interface Episode {
  media_id: string;
  job_id: string;
  title: string;
  published_at: string | null;
}

export interface EventsSetAside {
  items: Array<EventsSetAsideItem>;
  more: boolean;
}

export interface EventsSetAsideItem {
  journal_id: string;
  service: string;
  node: string;
  error: string;
  seq: number;
  set_aside_at: string;
  event: Record<string, unknown>;
}

export interface Feed {
  feed_id: string;
  name: string;
  host: string;
  keep: number | null;
  since: string | null;
  created_at: string;
  looking: boolean;
  looked_at: string | null;
  next_look_at: string;
  problem: string;
  episodes_taken: number;
  episodes_passed_over: number;
  episodes_waiting: number;
}

export interface FeedWithEpisodes {
  feed_id: string;
  name: string;
  host: string;
  keep: number | null;
  since: string | null;
  created_at: string;
  looking: boolean;
  looked_at: string | null;
  next_look_at: string;
  problem: string;
  episodes_taken: number;
  episodes_passed_over: number;
  episodes_waiting: number;
  episodes: Array<Episode>;
}

export interface Feeds {
  items: Array<Feed>;
}

export interface Finding {
  kind: "stuck_job" | "unknown_attempt" | "dead_task" | "lost_journal" | "superseded" | "events_set_aside";
  what: string;
  detail: string;
  count?: number;
}

export interface Findings {
  items: Array<Finding>;
}

export interface FoundItem {
  category: "plastic" | "paper" | "metal" | "glass" | "general";
  item: string;
  confidence: number;
  state: "clean" | "dirty" | "mixed" | "unknown";
  alternatives: Array<FoundItemAlternative>;
  rule: Rule | null;
  guidance: Guidance | null;
}

export interface FoundItemAlternative {
  category: "plastic" | "paper" | "metal" | "glass" | "general";
  item: string;
  confidence: number;
}

export interface Guidance {
  steps: Array<GuidanceStep>;
  guided_by: "model" | "rule";
  model: string;
  language: string;
}

export interface GuidanceStep {
  rule_step: string;
  text: string;
}

export interface Health {
  status: string;
}

export interface Hit {
  media_id: string;
  title: string;
  kind: string;
  score: number;
  moments: Array<Moment>;
}

export interface Hits {
  query: string;
  mode: string;
  degraded: Array<string>;
  items: Array<Hit>;
  took_ms?: number;
  generation?: string | null;
  total?: HitsTotal;
  facets?: HitsFacets;
}

export interface HitsTotal {
  value: number;
  relation: "eq" | "gte";
}

export interface HitsFacets {
  language: Record<string, number>;
  kind: Record<string, number>;
}

export interface Job {
  id: string;
  media_id: string;
  status: "scheduled" | "queued" | "running" | "done" | "failed" | "cancelled";
  run: number;
  created_at: string;
  finished_at: string | null;
  stages: Array<Stage>;
  error: Problem | null;
  warnings: Array<string>;
  eta: JobEta | null;
  priority: "normal" | "bulk";
  track: "full" | "outcome";
  not_before: string | null;
  metadata: Record<string, unknown>;
  links: Record<string, string>;
  degraded?: Array<string>;
}

export interface JobEta {
  seconds: number;
  at: string;
  ahead: number;
}

export interface JobChange {
  id: string;
  event: string;
  job: Job;
}

export interface JobEvent {
  id: string | null;
  event: "status" | "stage" | "progress" | "reset" | "live";
  job_id: string | null;
  media_id: string | null;
  run: number | null;
  status: "scheduled" | "queued" | "running" | "done" | "failed" | "cancelled" | "None" | null;
  stage: string | null;
  progress: number | null;
  at: string;
}

export interface JobEvents {
  items: Array<JobEvent>;
  position: string;
  more: boolean;
  reset: boolean;
}

export interface JobJournals {
  items: Array<JobJournalsItem>;
  missing: Array<string>;
}

export interface JobJournalsItem {
  service: string;
  node: string;
  journal_id: string;
  records: JobJournalsItemRecords;
}

export interface JobJournalsItemRecords {
  tasks: Array<Record<string, unknown>>;
  steps: Array<Record<string, unknown>>;
  commands: Array<Record<string, unknown>>;
  events: Array<Record<string, unknown>>;
  retries: Array<Record<string, unknown>>;
}

export interface JobPage {
  items: Array<Job>;
  next_cursor: string | null;
  degraded: Array<string>;
}

export interface Journals {
  items: Array<JournalsItem>;
}

export interface JournalsItem {
  journal_id: string;
  service: string;
  node: string;
  applied_seq: number;
  seen_at: string | null;
  lost_at: string | null;
  unknown_attempts: number;
  state: "in use" | "silent" | "replaced";
}

export interface JournalsNow {
  items: Array<JournalsNowItem>;
  missing: Array<string>;
}

export interface JournalsNowItem {
  journal_id: string;
  service: string;
  node: string;
  folder: string;
  living: number;
  tasks: Record<string, number>;
  unconfirmed: number;
  oldest_unconfirmed_ms: number;
  kept: number;
  unapplied: number;
  oldest_unapplied_ms: number;
  handover_error: string;
  applied_seq: number;
  last_seq: number;
  suspects: number;
  database_bytes: number;
  wal_bytes: number;
}

export interface LabelPage {
  items: Array<LabelPageItem>;
  next_cursor: string | null;
}

export interface LabelPageItem {
  id: unknown;
  at: string;
  media_id: string;
  image_url: string;
  said: Record<string, unknown>;
  correct: Record<string, unknown>;
  note: string | null;
}

export interface Lane {
  lane: string;
  paused_since: string | null;
  ready: number | null;
  consumers: number | null;
}

export interface LaneStats {
  items: Array<LaneStatsItem>;
}

export interface LaneStatsItem {
  lane: string;
  at: string;
  ready: number;
  consumers: number;
  oldest_seconds: number | null;
  paused: boolean;
  unacked: number | null;
  published: number | null;
  acked: number | null;
}

export interface Lanes {
  items: Array<Lane>;
  degraded: Array<string>;
}

export interface LimitLog {
  items: Array<LimitLogItem>;
}

export interface LimitLogItem {
  at: string;
  api: string;
  tenant_id: string;
  used: number;
  waiting: number;
  refused: number;
}

export interface Media {
  id: string;
  kind: string;
  title: string;
  filename: string;
  content_type: string;
  size_bytes: number;
  has_video: boolean | null;
  duration_ms: number | null;
  language: string | null;
  status: "processing" | "ready" | "failed";
  job_id: string;
  created_at: string;
  speech: MediaSpeech | null;
  warnings: Array<string>;
  has_transcript: boolean;
  tags: Array<string>;
  version: number;
  stream_url: string | null;
  poster_url: string | null;
  thumbnail_url: string | null;
  play_url: string;
  links: Record<string, string>;
}

export interface MediaSpeech {
  ratio?: number;
}

export interface MediaPage {
  items: Array<Media>;
  next_cursor: string | null;
  degraded: Array<string>;
  facets?: Record<string, Record<string, number>>;
  total?: MediaPageTotal;
}

export interface MediaPageTotal {
  value: number;
  relation: "eq" | "gte";
}

export interface Moment {
  start_ms: number;
  end_ms: number;
  text: string;
  highlights: Array<MomentHighlight>;
  why: Record<string, unknown>;
  thumbnail_url: string | null;
  play_url: string;
  word_start_ms?: number | null;
  speaker?: string | null;
}

export interface MomentHighlight {
  from: number;
  to: number;
}

export interface Overview {
  well: boolean;
  verdict: string;
  concerns: Array<OverviewConcern>;
  degraded: Array<string>;
}

export interface OverviewConcern {
  what: string;
  todo: string;
  address: string;
  command: string;
  trouble: boolean;
}

export interface Photo {
  id: string;
  job_id: string;
  status: "processing" | "ready" | "failed";
  created_at: string;
  title: string;
  tags: Array<string>;
  version: number;
  filename: string;
  content_type: string;
  size_bytes: number;
  width: number | null;
  height: number | null;
  warnings: Array<string>;
  classification: Classification | null;
  error: Problem | null;
  spent: PhotoSpent;
  feedback: Array<Correction>;
  image_url: string | null;
  thumbnail_url: string | null;
  play_url: string;
  links: Record<string, string>;
}

export interface PhotoSpent {
  calls: number;
  cached: number;
  tokens_in: number;
  tokens_out: number;
  audio_seconds: number;
  cost_usd: number | null;
}

export interface PhotoPage {
  items: Array<Photo>;
  next_cursor: string | null;
  degraded: Array<string>;
  facets?: Record<string, Record<string, number>>;
  total?: PhotoPageTotal;
}

export interface PhotoPageTotal {
  value: number;
  relation: "eq" | "gte";
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  retryable: boolean;
  hint: string;
  request_id?: string;
  errors?: Array<Record<string, unknown>>;
}

export interface Readiness {
  ready: boolean;
  reasons: Record<string, string>;
  degraded: Record<string, string>;
}

export interface RepeatedRun {
  task_id: string;
  attempt_id: string;
  job_id: string;
  tenant_id: string;
  actor: string;
  node: string;
  run: number;
  number: number;
  retry: number;
  started_at: string | null;
  ended_at: string | null;
  outcome: string | null;
  after_node: string | null;
  after_outcome: string | null;
  cause: unknown;
  links: Record<string, string>;
}

export interface Report {
  week: string;
  time_zone: string;
  from_at: string;
  until_at: string;
  made_at: string;
  figures: WeekFigures;
  before: WeekFigures;
}

export interface Reports {
  items: Array<Report>;
}

export interface ReprocessSlice {
  audit_id: number | null;
  done: number;
  refused: number;
  refusals: Array<ReprocessSliceRefusal>;
  next_cursor: string | null;
  matches?: ReprocessSliceMatches;
}

export interface ReprocessSliceRefusal {
  target: string;
  detail: string;
}

export interface ReprocessSliceMatches {
  value: number;
  relation: "eq" | "gte";
}

export interface Resend {
  job_id: string;
  links: Record<string, string>;
}

export interface ResponseCache {
  first_day: string;
  last_day: string;
  items: Array<ResponseCacheItem>;
  kept: ResponseCacheKept | null;
}

export interface ResponseCacheItem {
  day: string;
  use: string;
  model: string;
  hits: number;
  paid: number;
  saved_usd: number | null;
}

export interface ResponseCacheKept {
  counted_at: string;
  answers: number;
  size_bytes: number;
  oldest_at: string | null;
  limit_bytes: number;
}

export interface Rule {
  id: string;
  region: string;
  level: "item" | "category" | "general";
  fallback: boolean;
  version: string;
  language: string;
  title: string;
  bin: string;
  steps: Array<RuleStep>;
  caution: string;
  source: RuleSource;
}

export interface RuleStep {
  id: string;
  text: string;
}

export interface RuleSource {
  title: string;
  publisher: string;
  url: string;
  date: string;
  checked: string;
}

export interface Rules {
  regions: Array<RulesRegion>;
  region: string;
  language: string;
  version: string;
  rules: Array<Rule>;
}

export interface RulesRegion {
  id: string;
  title: string;
}

export interface ScheduleRun {
  schedule: string;
  due_at: string;
  asked_by: string | null;
  node: string;
  began_at: string | null;
  ended_at: string | null;
  duration_ms: number | null;
  outcome: unknown;
  detail: Record<string, unknown>;
}

export interface ScheduleRuns {
  items: Array<ScheduleRun>;
}

export interface Schedules {
  items: Array<SchedulesItem>;
}

export interface SchedulesItem {
  name: string;
  what: string;
  cron: string;
  time_zone: string;
  next_at: string;
  last: ScheduleRun | null;
}

export interface SentCaptions {
  language: string;
  cues: number;
  ends_ms: number;
}

export interface Session {
  tenant_id: string;
  key_id: string;
  scopes: Array<string>;
  csrf: string;
  account?: SessionAccount;
}

export interface SessionAccount {
  account_id: string;
  name: string;
  role: "reader" | "writer" | "operator" | "admin";
  session_id: string;
}

export interface SessionsEnded {
  ended: number;
}

export interface Spending {
  day: string;
  spent_usd: number;
  limit_usd: number;
  by_model: Array<SpendingByModel>;
}

export interface SpendingByModel {
  model: string;
  use: string;
  calls: number;
  cached: number;
  tokens_in: number;
  tokens_out: number;
  audio_seconds: number;
  cost_usd: number | null;
}

export interface SpentDays {
  first_day: string;
  last_day: string;
  items: Array<SpentDaysItem>;
}

export interface SpentDaysItem {
  day: string;
  tenant_id: string;
  spent_usd: number;
}

export interface Stage {
  name: string;
  status: "waiting" | "running" | "retrying" | "done" | "failed" | "cancelled";
  ms: number | null;
  progress: number | null;
  reason: string | null;
  heard_seconds: number | null;
  of_seconds: number | null;
}

export interface Statistics {
  since_at: string;
  until_at: string;
  ended: Record<string, number>;
  open: Record<string, number>;
  slice_seconds: number;
  slices: Array<StatisticsSlice>;
  times: Array<StatisticsTime>;
  actors: Array<StatisticsActor>;
  nodes: Array<StatisticsNode>;
  costs: StatisticsCosts;
  oldest_waiting: Record<string, unknown> | null;
}

export interface StatisticsSlice {
  at_ms: number;
  completed: number;
  dead: number;
  cancelled: number;
}

export interface StatisticsTime {
  at_ms: number;
  wait_p50_ms: number | null;
  wait_p95_ms: number | null;
  run_p50_ms: number | null;
  run_p95_ms: number | null;
}

export interface StatisticsActor {
  actor: string;
  ended: number;
  dead: number;
  wait_p50_ms: number | null;
  wait_p95_ms: number | null;
  wait_p99_ms: number | null;
  run_p50_ms: number | null;
  run_p95_ms: number | null;
  run_p99_ms: number | null;
}

export interface StatisticsNode {
  node: string;
  completed: number;
  failed: number;
}

export interface StatisticsCosts {
  jobs: number;
  cost_usd: number;
  unpriced: number;
  p50_usd: number | null;
  p95_usd: number | null;
  highest_usd: number | null;
  highest_job_id: string | null;
}

export interface Task {
  task_id: string;
  job_id: string;
  tenant_id: string;
  media_id: string;
  actor: string;
  queue: string;
  node: string;
  state: string;
  run: number;
  retry: number;
  attempts: number;
  enqueued_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  discarded_at: string | null;
  wait_ms: number | null;
  run_ms: number | null;
  error: Record<string, unknown> | null;
  links: Record<string, string>;
  attempts_made?: Array<Record<string, unknown>>;
  steps?: Array<Record<string, unknown>>;
  events?: Array<Record<string, unknown>>;
  arguments?: Record<string, unknown> | null;
  origin?: string;
  sent?: Array<string>;
  trace?: string;
  replayable?: boolean;
  result?: Record<string, unknown> | null;
  track?: "full" | "outcome";
}

export interface TaskPage {
  items: Array<Task>;
  next_cursor: string | null;
  looked_until: string | null;
}

export interface Tenants {
  items: Array<Usage>;
}

export interface Trace {
  job: Job;
  tasks: Array<Record<string, unknown>>;
  events: Array<Record<string, unknown>>;
  history_note: string;
}

export interface Transcript {
  media_id: string;
  language: string;
  duration_ms: number;
  model: string;
  segments: Array<TranscriptSegment>;
  speech: TranscriptSpeech | null;
  warnings: Array<string>;
  source?: "speech" | "captions";
}

export interface TranscriptSegment {
  n: number;
  text: string;
  start_ms: number;
  end_ms: number;
  words: Array<TranscriptSegmentWord>;
}

export interface TranscriptSegmentWord {
  text: string;
  start_ms: number;
  end_ms: number;
  confidence: number;
}

export interface TranscriptSpeech {
  ratio?: number;
}

export interface Upload {
  id: string;
  status: "pending" | "completed" | "already-stored";
  kind: "av" | "photo";
  filename: string;
  size_bytes: number;
  parts: Array<UploadPart>;
  links: Record<string, string>;
  method?: "single" | "multipart";
  part_size?: number;
  part_count?: number;
  expires_at?: string;
  url?: string | null;
  fields?: Record<string, string>;
  media_id?: string;
  job_id?: string;
}

export interface UploadPart {
  n: number;
  size_bytes: number;
  url?: string;
  etag?: string;
}

export interface Usage {
  tenant_id: string;
  stored_bytes: number;
  quota_bytes: number | null;
  quota_set_by: string | null;
  quota_set_at: string | null;
  recordings: number;
  photos: number;
  month: string;
  requests: number;
  spent_usd: number;
  budget_usd: number;
}

export interface Webhook {
  webhook_id: string;
  url: string;
  types: Array<"media.ready" | "photo.classified" | "media.failed">;
  description: string;
  created_at: string;
  disabled_because: string;
  old_secret_until: string | null;
}

export interface WebhookWithSecret {
  webhook_id: string;
  url: string;
  types: Array<"media.ready" | "photo.classified" | "media.failed">;
  description: string;
  created_at: string;
  disabled_because: string;
  old_secret_until: string | null;
  secret?: string;
}

export interface Webhooks {
  items: Array<Webhook>;
}

export interface WeekFigures {
  jobs: Array<WeekFiguresJob>;
  failures: Array<WeekFiguresFailure>;
  work: Array<WeekFiguresWork>;
  ai: Array<WeekFiguresAi>;
}

export interface WeekFiguresJob {
  kind: string;
  status: "scheduled" | "queued" | "running" | "done" | "failed" | "cancelled";
  jobs: number;
}

export interface WeekFiguresFailure {
  actor: string;
  cause: string;
  tasks: number;
}

export interface WeekFiguresWork {
  actor: string;
  attempts: number;
  seconds: number;
}

export interface WeekFiguresAi {
  model: string;
  use: string;
  calls: number;
  tokens_in: number;
  tokens_out: number;
  cost_usd: number | null;
  cached: number;
  saved_tokens: number;
  saved_usd: number | null;
}

export interface Worker {
  service: string;
  node: string;
  state: "online" | "silent" | "offline";
  host: string;
  version: string;
  pid: number;
  lanes: Array<string>;
  started_at: string;
  heartbeat_at: string;
  offline_at: string | null;
  success_rate_hour: number | null;
  success_rate_day: number | null;
  clock_offset_ms: number;
  threads: number;
  active: number;
  processed: number;
  failed: number;
  memory_bytes: number;
  events_unapplied: number;
  oldest_event_ms: number;
  journal_pending: number;
  oldest_pending_ms: number;
  journal_bytes: number;
  wal_bytes: number;
  free_disk_bytes: number;
}

export interface Workers {
  items: Array<Worker>;
}

export interface ChangePasswordBody {
  present: string;
  wanted: string;
}

export interface ReadBatchAnswer {
  batch_id: string;
  open: number;
  done: number;
  failed: number;
  cancelled: number;
}

export interface CreateFeedBody {
  url: string;
  keep?: number;
  since?: string;
}

export interface ChangeFeedBody {
  url?: string;
  keep?: number;
  since?: string;
  name?: string;
}

export interface BeginJobsBody {
  jobs: Array<BeginJobsBodyJob>;
  then?: BeginJobsBodyThen;
}

export interface BeginJobsBodyJob {
  kind: "drill";
  steps?: number;
  work_ms?: number;
  misbehave?: "" | "permanent" | "temporary" | "die";
  priority?: "normal" | "bulk";
  not_before?: string;
  metadata?: Record<string, unknown>;
  track?: "full" | "outcome";
}

export interface BeginJobsBodyThen {
  kind: "drill";
  steps?: number;
  work_ms?: number;
  misbehave?: "" | "permanent" | "temporary" | "die";
  priority?: "normal" | "bulk";
  not_before?: string;
  metadata?: Record<string, unknown>;
  track?: "full" | "outcome";
}

export interface BeginJobsAnswer {
  batch_id: string;
  items: Array<Drill>;
  then?: Drill;
}

export interface UploadMediaBody {
  source_url: string;
  filename?: string;
  title?: string;
  language?: string;
  audio_track?: number;
  priority?: "normal" | "bulk";
  not_before?: string;
  metadata?: Record<string, unknown>;
  track?: "full" | "outcome";
}

export interface ReprocessMediaBody {
  from: "transcribe" | "embed" | "classify" | "guidance";
  replace_captions?: boolean;
  language?: "en" | "ko";
  region?: string;
}

export interface ReprocessMatchingBody {
  filter: ReprocessMatchingBodyFilter;
  from: "transcribe" | "embed" | "classify" | "guidance";
  replace_captions?: boolean;
  language?: "en" | "ko";
  region?: string;
  dry_run?: boolean;
  audit_id?: number | null;
  cursor?: string | null;
}

export interface ReprocessMatchingBodyFilter {
  tag?: string;
  q_title?: string;
  created_after?: string;
  created_before?: string;
  kind?: "recording" | "photo";
  language?: string;
  min_duration_ms?: number;
  max_duration_ms?: number;
}

export interface CreateAccountBody {
  name: string;
  role: "reader" | "writer" | "operator" | "admin";
  tenant_id?: string;
}

export interface ChangeAccountBody {
  role?: "reader" | "writer" | "operator" | "admin";
  disabled?: boolean;
}

export interface BeginDrillBody {
  steps?: number;
  work_ms?: number;
  misbehave?: "" | "permanent" | "temporary" | "die";
  priority?: "normal" | "bulk";
  not_before?: string;
  metadata?: Record<string, unknown>;
  track?: "full" | "outcome";
}

export interface CreateKeyBody {
  name: string;
  scopes: Array<"read" | "write" | "ops:read" | "admin">;
  tenant_id?: string;
  expires_at?: string;
}

export interface SetLimitBody {
  value: number;
  tenant_id?: string;
}

export interface ActOnTasksBody {
  filter: ActOnTasksBodyFilter;
  audit_id?: number | null;
  cursor?: string | null;
}

export interface ActOnTasksBodyFilter {
  state?: "pending" | "running" | "retry_wait" | "completed" | "cancelled" | "dead";
  actor?: "media.fetch_original" | "media.examine" | "media.prepare_recording" | "ai.transcribe_audio" | "ai.embed_transcript" | "index.store_recording" | "media.prepare_photo" | "ai.classify_photo" | "ai.advise_disposal" | "index.store_photo" | "media.drill" | "ai.drill" | "index.store_drill" | "index.join_batch" | "index.replay_task" | "ai.deliver_webhook" | "media.look_at_feed";
  queue?: "media.examine" | "media" | "media.bulk" | "media.fetch" | "ai.speech" | "ai.vision" | "ai" | "ai.bulk" | "ai.webhooks" | "index" | "index.bulk";
  node?: string;
  tenant_id?: string;
  text?: string;
  since?: string;
  until?: string;
}

export interface SetQuotaBody {
  tenant_id: string;
  quota_bytes: number;
}

export interface SendPhotoBody {
  source_url: string;
  filename?: string;
  title?: string;
  language?: "en" | "ko";
  region?: string;
  priority?: "normal" | "bulk";
  not_before?: string;
  metadata?: Record<string, unknown>;
  track?: "full" | "outcome";
}

export interface CorrectPhotoBody {
  correct_category: "plastic" | "paper" | "metal" | "glass" | "general";
  correct_item?: string;
  correct_state?: "clean" | "dirty" | "mixed" | "unknown";
  note?: string;
}

export interface DeclareUploadBody {
  kind: "av" | "photo";
  filename: string;
  size_bytes: number;
  content_type?: string;
  sha256?: string;
  again?: boolean;
  part_size?: number;
  language?: string;
  audio_track?: number;
  region?: string;
  priority?: "normal" | "bulk";
  not_before?: string;
  metadata?: Record<string, unknown>;
  track?: "full" | "outcome";
}

export interface CompleteUploadBody {
  parts?: Array<CompleteUploadBodyPart>;
}

export interface CompleteUploadBodyPart {
  n: number;
  etag: string;
}

export interface SignUploadPartsBody {
  numbers: Array<number>;
}

export interface CreateWebhookBody {
  url: string;
  types: Array<"media.ready" | "photo.classified" | "media.failed">;
  description?: string;
}

export interface ChangeWebhookBody {
  url?: string;
  types?: Array<"media.ready" | "photo.classified" | "media.failed">;
  description?: string;
  enabled?: boolean;
}

/** Every operation by its operationId. Null stands for an answer that is no JSON. */
export interface Operations {
  /** Whether the process lives. */
  healthz: {
    method: "GET";
    path: "/healthz";
    query: Record<string, never>;
    body: null;
    answer: Health;
  };
  /** Metrics for Prometheus. */
  metrics: {
    method: "GET";
    path: "/metrics";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** This document. */
  openapi: {
    method: "GET";
    path: "/openapi.json";
    query: Record<string, never>;
    body: null;
    answer: Record<string, unknown>;
  };
  /** Whether uploads can be taken, and what is missing. */
  readyz: {
    method: "GET";
    path: "/readyz";
    query: Record<string, never>;
    body: null;
    answer: Readiness;
  };
  /** The account that is signed in; a key has none. */
  get_account: {
    method: "GET";
    path: "/v1/account";
    query: Record<string, never>;
    body: null;
    answer: Account;
  };
  /** Change its password. Its other sessions end, at every gateway within five seconds; this one goes on with another cookie and another csrf, which GET /v1/session tells. */
  change_password: {
    method: "PUT";
    path: "/v1/account/password";
    query: Record<string, never>;
    body: ChangePasswordBody;
    answer: null;
  };
  /** Where it is signed in, the last used first; last_seen_at is up to a minute behind. */
  list_account_sessions: {
    method: "GET";
    path: "/v1/account/sessions";
    query: Record<string, never>;
    body: null;
    answer: AccountSessions;
  };
  /** Sign it out everywhere, here too, within five seconds. */
  end_account_sessions: {
    method: "DELETE";
    path: "/v1/account/sessions";
    query: Record<string, never>;
    body: null;
    answer: SessionsEnded;
  };
  /** Sign it out there, within five seconds. It is no error if that session has ended. */
  end_account_session: {
    method: "DELETE";
    path: "/v1/account/sessions/{session_id}";
    query: Record<string, never>;
    body: null;
    answer: SessionsEnded;
  };
  /** How the jobs of a batch stand, those that index knows by now. */
  read_batch: {
    method: "GET";
    path: "/v1/batches/{batch_id}";
    query: Record<string, never>;
    body: null;
    answer: ReadBatchAnswer;
  };
  /** Follow all jobs of the caller's account: events status, stage and progress; live once all before is told; reset, list again, if the last id is older than 24 h. As JSON, what came after an id. */
  follow_account: {
    method: "GET";
    path: "/v1/events";
    query: { after?: string; status?: "scheduled" | "queued" | "running" | "done" | "failed" | "cancelled" };
    body: null;
    answer: JobEvents;
  };
  /** Corrections with what had been said, as labelled data: a page of JSON, or every one as NDJSON. */
  list_feedback: {
    method: "GET";
    path: "/v1/feedback";
    query: { limit?: number; cursor?: string };
    body: null;
    answer: LabelPage;
  };
  /** The podcast feeds of the caller's account, the newest first. */
  list_feeds: {
    method: "GET";
    path: "/v1/feeds";
    query: Record<string, never>;
    body: null;
    answer: Feeds;
  };
  /** Subscribe to a podcast feed (RSS or Atom): its first look begins at once, and each episode that appears later becomes a recording. The first look takes the newest 3, or as many as keep says, or all that were published since. A feed that is there already stays as it is. */
  create_feed: {
    method: "POST";
    path: "/v1/feeds";
    query: Record<string, never>;
    body: CreateFeedBody;
    answer: Feed;
  };
  /** One feed: its last and next look, what was wrong with the last one, and its newest recordings. */
  get_feed: {
    method: "GET";
    path: "/v1/feeds/{feed_id}";
    query: Record<string, never>;
    body: null;
    answer: FeedWithEpisodes;
  };
  /** Change a feed's address, its name, or which episodes are taken. keep and since are one choice: one that is given replaces both, and the next look, which begins at once, decides by it on all episodes that were not taken, also those that were passed over. An empty name is the feed's own. */
  change_feed: {
    method: "PATCH";
    path: "/v1/feeds/{feed_id}";
    query: Record<string, never>;
    body: ChangeFeedBody;
    answer: Feed;
  };
  /** Take nothing more of a feed. The recordings stay. */
  delete_feed: {
    method: "DELETE";
    path: "/v1/feeds/{feed_id}";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** Look at a feed now, unless a look is under way. Half a minute after a look somebody may ask again. */
  check_feed: {
    method: "POST";
    path: "/v1/feeds/{feed_id}/check";
    query: Record<string, never>;
    body: null;
    answer: Feed;
  };
  /** The jobs, newest first. */
  list_jobs: {
    method: "GET";
    path: "/v1/jobs";
    query: { limit?: number; cursor?: string; status?: "scheduled" | "queued" | "running" | "done" | "failed" | "cancelled"; [key: `metadata.${string}`]: string };
    body: null;
    answer: JobPage;
  };
  /** One job with its stages; a failed one has its error as a problem object. */
  get_job: {
    method: "GET";
    path: "/v1/jobs/{job_id}";
    query: Record<string, never>;
    body: null;
    answer: Job;
  };
  /** Stop a job: what waits is not begun, what runs ends at its next step. */
  cancel_job: {
    method: "POST";
    path: "/v1/jobs/{job_id}/cancel";
    query: Record<string, never>;
    body: null;
    answer: Job;
  };
  /** Follow a job: events stage, progress and done, each with the whole job; or long-poll as JSON. */
  follow_job: {
    method: "GET";
    path: "/v1/jobs/{job_id}/events";
    query: { after?: string };
    body: null;
    answer: JobChange;
  };
  /** Run a failed or cancelled job again, from where it ended; its run rises as soon as that begins. */
  retry_job: {
    method: "POST";
    path: "/v1/jobs/{job_id}/retry";
    query: Record<string, never>;
    body: null;
    answer: Job;
  };
  /** Every task, attempt, step and event of a job, oldest first. */
  get_job_trace: {
    method: "GET";
    path: "/v1/jobs/{job_id}/trace";
    query: Record<string, never>;
    body: null;
    answer: Trace;
  };
  /** Begin up to 1000 jobs, all of them or none: drills, which touch nobody's data. The job 'then' begins once all of them have ended, however they did. */
  begin_jobs: {
    method: "POST";
    path: "/v1/jobs:batch";
    query: Record<string, never>;
    body: BeginJobsBody;
    answer: BeginJobsAnswer;
  };
  /** Send a recording: as raw body with ?filename=, of any size up to the limit, or as a small form. A form may have its captions (WebVTT or SubRip, talk.ko.srt) as a second file: they are taken as what is said. Or, where links are fetched, a link to it as JSON. */
  upload_media: {
    method: "POST";
    path: "/v1/media";
    query: { filename?: string; language?: string; audio_track?: number; priority?: "normal" | "bulk"; not_before?: string; metadata?: string; track?: "full" | "outcome" };
    body: UploadMediaBody;
    answer: Accepted;
  };
  /** The recordings and photos, newest first. */
  list_media: {
    method: "GET";
    path: "/v1/media";
    query: { limit?: number; cursor?: string; status?: "processing" | "ready" | "failed"; tag?: string; q_title?: string; created_after?: string; created_before?: string; kind?: "recording" | "photo"; language?: string; min_duration_ms?: number; max_duration_ms?: number; facets?: string };
    body: null;
    answer: MediaPage;
  };
  /** One recording or photo; its ETag changes with its title and tags. */
  get_media: {
    method: "GET";
    path: "/v1/media/{media_id}";
    query: Record<string, never>;
    body: null;
    answer: Media;
  };
  /** Delete a recording or photo with everything that was made and told of it. It is not found from then on; its files are gone within minutes. What still runs of it ends, and nothing of that is kept. */
  delete_media: {
    method: "DELETE";
    path: "/v1/media/{media_id}";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** Edit the title and tags of a recording or photo; tags null: none. The rest stays as it is. */
  edit_media: {
    method: "PATCH";
    path: "/v1/media/{media_id}";
    query: Record<string, never>;
    body: null;
    answer: Media;
  };
  /** The captions that a recording has, and whether they were sent or heard; none where nothing is said. */
  get_captions: {
    method: "GET";
    path: "/v1/media/{media_id}/captions";
    query: Record<string, never>;
    body: null;
    answer: Captions;
  };
  /** Replace what is said in a finished recording by captions in this language (WebVTT or SubRip, up to 5 MiB). What is there is served until they are embedded. */
  put_captions: {
    method: "PUT";
    path: "/v1/media/{media_id}/captions/{language}";
    query: Record<string, never>;
    body: null;
    answer: Job;
  };
  /** All that is known of a recording or photo, with the history of its job, as a ZIP file. */
  export_media: {
    method: "GET";
    path: "/v1/media/{media_id}/export";
    query: { original?: "true" | "false" };
    body: null;
    answer: null;
  };
  /** A still picture of it. */
  get_poster: {
    method: "GET";
    path: "/v1/media/{media_id}/poster";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** Process a recording again: from transcribe, what is said is written down anew; from embed, its passages get the vectors of the present model. A text that came as captions stays, unless replace_captions says that it goes. Or a photo: from classify, the present model looks at it; from guidance, the present rules apply to what was found. Either in another language, or by the rules of another region. What is there is served until the new result replaces it. The job's run rises as soon as that begins. */
  reprocess_media: {
    method: "POST";
    path: "/v1/media/{media_id}/reprocess";
    query: Record<string, never>;
    body: ReprocessMediaBody;
    answer: Job;
  };
  /** The recording, to play. */
  get_stream: {
    method: "GET";
    path: "/v1/media/{media_id}/stream";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** A small still picture of it. */
  get_thumbnail: {
    method: "GET";
    path: "/v1/media/{media_id}/thumbnail";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** What is said in it, as Accept asks. */
  get_transcript: {
    method: "GET";
    path: "/v1/media/{media_id}/transcript";
    query: Record<string, never>;
    body: null;
    answer: Transcript;
  };
  /** What is said in it, as JSON, WebVTT, SubRip or plain text. */
  get_transcript_form: {
    method: "GET";
    path: "/v1/media/{media_id}/transcript.{form}";
    query: Record<string, never>;
    body: null;
    answer: Transcript;
  };
  /** Process the next 100 again of all ready recordings, or photos, that match, as reprocess_media does with each; from says which of the two. They stand behind all other work. With dry_run nothing is done, and matches says how many there are. To go on, send audit_id and next_cursor back. The audit log has one entry for all, which tells how far it is. */
  reprocess_matching: {
    method: "POST";
    path: "/v1/media:reprocess";
    query: Record<string, never>;
    body: ReprocessMatchingBody;
    answer: ReprocessSlice;
  };
  /** People's accounts, the newest first: whose tenant, what each may do, when it last signed in. */
  list_accounts: {
    method: "GET";
    path: "/v1/ops/accounts";
    query: Record<string, never>;
    body: null;
    answer: Accounts;
  };
  /** Create an account, by default in the caller's tenant. link is where its holder chooses a password, good once and for a day: an address below WINNOW_GATEWAY_PUBLIC_URL, or a path of this gateway where that is not set. It is in this answer alone. */
  create_account: {
    method: "POST";
    path: "/v1/ops/accounts";
    query: Record<string, never>;
    body: CreateAccountBody;
    answer: Account;
  };
  /** Give an account another role, disable it, which ends its sessions within five seconds, or enable it. None changes itself. */
  change_account: {
    method: "PATCH";
    path: "/v1/ops/accounts/{account_id}";
    query: Record<string, never>;
    body: ChangeAccountBody;
    answer: Account;
  };
  /** Take an account's password, end its sessions, and get a link by which its holder chooses another. */
  reset_account: {
    method: "POST";
    path: "/v1/ops/accounts/{account_id}/reset";
    query: Record<string, never>;
    body: null;
    answer: Account;
  };
  /** Where an account is signed in, the last used first. */
  list_sessions_of_account: {
    method: "GET";
    path: "/v1/ops/accounts/{account_id}/sessions";
    query: Record<string, never>;
    body: null;
    answer: AccountSessions;
  };
  /** Sign an account out everywhere, within five seconds. */
  end_sessions_of_account: {
    method: "DELETE";
    path: "/v1/ops/accounts/{account_id}/sessions";
    query: Record<string, never>;
    body: null;
    answer: SessionsEnded;
  };
  /** What people did to jobs, tasks, lanes, schedules, keys, accounts and limits, newest first; a bulk action is one entry. */
  list_audit: {
    method: "GET";
    path: "/v1/ops/audit";
    query: { limit?: number; cursor?: string; action?: string; key_id?: string };
    body: null;
    answer: AuditPage;
  };
  /** The tasks that failed for good and wait for a person, the latest first. */
  list_dead_tasks: {
    method: "GET";
    path: "/v1/ops/dead";
    query: { limit?: number; cursor?: string; actor?: "media.fetch_original" | "media.examine" | "media.prepare_recording" | "ai.transcribe_audio" | "ai.embed_transcript" | "index.store_recording" | "media.prepare_photo" | "ai.classify_photo" | "ai.advise_disposal" | "index.store_photo" | "media.drill" | "ai.drill" | "index.store_drill" | "index.join_batch" | "index.replay_task" | "ai.deliver_webhook" | "media.look_at_feed"; tenant_id?: string };
    body: null;
    answer: DeadPage;
  };
  /** One dead task with its command, the trace of its error, and its attempts. */
  get_dead_task: {
    method: "GET";
    path: "/v1/ops/dead/{task_id}";
    query: Record<string, never>;
    body: null;
    answer: DeadTask;
  };
  /** Take it off the list for good; its history stays. */
  discard_dead_task: {
    method: "POST";
    path: "/v1/ops/dead/{task_id}/discard";
    query: Record<string, never>;
    body: null;
    answer: DeadTask;
  };
  /** Begin the next run of its job at this task; the steps it had finished are kept. */
  replay_dead_task: {
    method: "POST";
    path: "/v1/ops/dead/{task_id}/replay";
    query: Record<string, never>;
    body: null;
    answer: DeadTask;
  };
  /** Send a job of so many steps of so much work through every service; it can be told to misbehave. */
  begin_drill: {
    method: "POST";
    path: "/v1/ops/drills";
    query: Record<string, never>;
    body: BeginDrillBody;
    answer: Drill;
  };
  /** Every run of a task that repeated another, with its cause, and every one whose end is unknown or was superseded, newest first; with the sums by cause, which heed neither cause nor outcome. */
  list_duplicates: {
    method: "GET";
    path: "/v1/ops/duplicates";
    query: { limit?: number; cursor?: string; cause?: "retry" | "waited" | "interrupted" | "takeover" | "redelivered" | "again" | "first" | "replay" | "unrecorded"; outcome?: "unknown" | "superseded"; actor?: "media.fetch_original" | "media.examine" | "media.prepare_recording" | "ai.transcribe_audio" | "ai.embed_transcript" | "index.store_recording" | "media.prepare_photo" | "ai.classify_photo" | "ai.advise_disposal" | "index.store_photo" | "media.drill" | "ai.drill" | "index.store_drill" | "index.join_batch" | "index.replay_task" | "ai.deliver_webhook" | "media.look_at_feed"; node?: string; since?: string; until?: string };
    body: null;
    answer: DuplicatesPage;
  };
  /** What a person should look at: stuck jobs, dead tasks, lost journals, attempts without a known end, events set aside. */
  list_findings: {
    method: "GET";
    path: "/v1/ops/findings";
    query: { stuck_seconds?: number };
    body: null;
    answer: Findings;
  };
  /** Every row of any tenant's job in the nodes' journals, asked at the nodes; needs neither index nor broker. missing: nodes that did not answer. */
  get_any_job_journals: {
    method: "GET";
    path: "/v1/ops/jobs/{job_id}/journals";
    query: Record<string, never>;
    body: null;
    answer: JobJournals;
  };
  /** Have every journal send again what it keeps of a job that has not ended, because its messages are gone from the broker. What has ended does not run again; what runs just now may run twice, and is served once. */
  resend_job: {
    method: "POST";
    path: "/v1/ops/jobs/{job_id}/resend";
    query: Record<string, never>;
    body: null;
    answer: Resend;
  };
  /** Every task, attempt, step and event of any tenant's job, oldest first. */
  get_any_job_trace: {
    method: "GET";
    path: "/v1/ops/jobs/{job_id}/trace";
    query: Record<string, never>;
    body: null;
    answer: Trace;
  };
  /** Every node's journal: how far index has applied it, when it was seen, and whether it is in use, silent, or replaced by a newer one of its node. */
  list_journals: {
    method: "GET";
    path: "/v1/ops/journals";
    query: Record<string, never>;
    body: null;
    answer: Journals;
  };
  /** What each node's journal holds now, asked at the nodes; needs neither index nor broker. missing: nodes that did not answer. */
  list_journals_now: {
    method: "GET";
    path: "/v1/ops/journals/now";
    query: Record<string, never>;
    body: null;
    answer: JournalsNow;
  };
  /** The latest events that PostgreSQL can never store, each with why and what it tells: the history of their jobs lacks them, and their journals went on behind them. */
  list_events_set_aside: {
    method: "GET";
    path: "/v1/ops/journals/set-aside";
    query: { limit?: number };
    body: null;
    answer: EventsSetAside;
  };
  /** Every API key, the newest first, revoked and expired ones too: whose it is, what it may do, when it was last used (up to three minutes behind). No secret and no hash of one. */
  list_keys: {
    method: "GET";
    path: "/v1/ops/keys";
    query: Record<string, never>;
    body: null;
    answer: ApiKeys;
  };
  /** Create a key, by default for the caller's tenant and without an end. key is the whole key: it is in this answer alone, as only its hash is kept: a repeat by Idempotency-Key lacks it. It is good everywhere within two seconds. */
  create_key: {
    method: "POST";
    path: "/v1/ops/keys";
    query: Record<string, never>;
    body: CreateKeyBody;
    answer: ApiKey;
  };
  /** Refuse a key for good, its sessions too, at every gateway within five seconds. None revokes itself. */
  revoke_key: {
    method: "POST";
    path: "/v1/ops/keys/{key_id}/revoke";
    query: Record<string, never>;
    body: null;
    answer: ApiKey;
  };
  /** Every limit of calls to AI endpoints, over all nodes: value is in force, setting is what the nodes were started with; set_by and set_at say that an operator set it. used: calls now, or in a minute. */
  list_limits: {
    method: "GET";
    path: "/v1/ops/limits";
    query: Record<string, never>;
    body: null;
    answer: CallLimits;
  };
  /** What was used, waited and was refused at each API by each tenant, minute by minute, oldest first. */
  list_limit_log: {
    method: "GET";
    path: "/v1/ops/limits/log";
    query: { minutes?: number };
    body: null;
    answer: LimitLog;
  };
  /** Set a limit; the next call of any node keeps to it. With tenant_id: calls at once of one tenant. */
  set_limit: {
    method: "PUT";
    path: "/v1/ops/limits/{limit}";
    query: Record<string, never>;
    body: SetLimitBody;
    answer: CallLimits;
  };
  /** Let the setting hold again that the nodes were started with. */
  reset_limit: {
    method: "DELETE";
    path: "/v1/ops/limits/{limit}";
    query: { tenant_id?: string };
    body: null;
    answer: CallLimits;
  };
  /** Whether all is well, in one line, and what wants a person, most pressing first: what, what to do, the page that shows it (address) and the command. degraded: what is unknown. */
  read_overview: {
    method: "GET";
    path: "/v1/ops/overview";
    query: Record<string, never>;
    body: null;
    answer: Overview;
  };
  /** The lanes: since when paused, messages that wait, nodes that take them. degraded: what is unknown. */
  list_lanes: {
    method: "GET";
    path: "/v1/ops/queues";
    query: Record<string, never>;
    body: null;
    answer: Lanes;
  };
  /** The lanes minute by minute, oldest first: messages that wait and that are with a node (unacked), the oldest task's wait, and within a minute the tasks sent (published) and the attempts ended (acked). */
  list_lane_stats: {
    method: "GET";
    path: "/v1/ops/queues/stats";
    query: { minutes?: number; slice_minutes?: number };
    body: null;
    answer: LaneStats;
  };
  /** Let nothing of a lane be begun until it is resumed; what runs is interrupted at its next step. */
  pause_lane: {
    method: "PUT";
    path: "/v1/ops/queues/{lane}/pause";
    query: Record<string, never>;
    body: null;
    answer: Lane;
  };
  /** Let a paused lane go on. */
  resume_lane: {
    method: "DELETE";
    path: "/v1/ops/queues/{lane}/pause";
    query: Record<string, never>;
    body: null;
    answer: Lane;
  };
  /** The weekly reports, the latest first: jobs, failures, time, AI use and cost, what the cache saved. */
  list_reports: {
    method: "GET";
    path: "/v1/ops/reports";
    query: { limit?: number };
    body: null;
    answer: Reports;
  };
  /** The report of one week, which is named by its Monday. */
  get_report: {
    method: "GET";
    path: "/v1/ops/reports/{week}";
    query: Record<string, never>;
    body: null;
    answer: Report;
  };
  /** AI answers that are kept so that nobody pays twice: how many and how large as of the last pass over them, and by day, model and use how many were given in place of a call, how many calls were paid, and what was spared at the mean price of those. */
  get_response_cache: {
    method: "GET";
    path: "/v1/ops/response-cache";
    query: { days?: number };
    body: null;
    answer: ResponseCache;
  };
  /** Every schedule: what it does, when it runs next, and its latest run. */
  list_schedules: {
    method: "GET";
    path: "/v1/ops/schedules";
    query: Record<string, never>;
    body: null;
    answer: Schedules;
  };
  /** Run it now, once, on any index worker. Its next fire stays as it is. */
  run_schedule: {
    method: "POST";
    path: "/v1/ops/schedules/{schedule}/run";
    query: Record<string, never>;
    body: null;
    answer: ScheduleRun;
  };
  /** The latest runs of a schedule, those that were skipped or missed included. */
  list_schedule_runs: {
    method: "GET";
    path: "/v1/ops/schedules/{schedule}/runs";
    query: { limit?: number };
    body: null;
    answer: ScheduleRuns;
  };
  /** Calls, tokens and cost of any tenant's day by model, and the day's budget. */
  get_tenant_spending: {
    method: "GET";
    path: "/v1/ops/spending";
    query: { tenant_id?: string; day?: string };
    body: null;
    answer: Spending;
  };
  /** What each tenant's AI calls cost on each day (UTC) on which anything was spent; the last is today. */
  list_spent_days: {
    method: "GET";
    path: "/v1/ops/spending/days";
    query: { days?: number };
    body: null;
    answer: SpentDays;
  };
  /** What a window adds up to: tasks by state, success by actor and node, percentiles of waits and runs, the cost of a job, and the task that waits longest. The last day, unless since is given. */
  read_stats: {
    method: "GET";
    path: "/v1/ops/stats";
    query: { since?: string; until?: string; actor?: "media.fetch_original" | "media.examine" | "media.prepare_recording" | "ai.transcribe_audio" | "ai.embed_transcript" | "index.store_recording" | "media.prepare_photo" | "ai.classify_photo" | "ai.advise_disposal" | "index.store_photo" | "media.drill" | "ai.drill" | "index.store_drill" | "index.join_batch" | "index.replay_task" | "ai.deliver_webhook" | "media.look_at_feed"; tenant_id?: string };
    body: null;
    answer: Statistics;
  };
  /** The tasks of all tenants that match every filter, newest first. A page may be short and still have a next one: each looks at a bounded number of tasks. */
  list_tasks: {
    method: "GET";
    path: "/v1/ops/tasks";
    query: { limit?: number; cursor?: string; state?: "pending" | "running" | "retry_wait" | "completed" | "cancelled" | "dead"; actor?: "media.fetch_original" | "media.examine" | "media.prepare_recording" | "ai.transcribe_audio" | "ai.embed_transcript" | "index.store_recording" | "media.prepare_photo" | "ai.classify_photo" | "ai.advise_disposal" | "index.store_photo" | "media.drill" | "ai.drill" | "index.store_drill" | "index.join_batch" | "index.replay_task" | "ai.deliver_webhook" | "media.look_at_feed"; queue?: "media.examine" | "media" | "media.bulk" | "media.fetch" | "ai.speech" | "ai.vision" | "ai" | "ai.bulk" | "ai.webhooks" | "index" | "index.bulk"; node?: string; tenant_id?: string; text?: string; since?: string; until?: string };
    body: null;
    answer: TaskPage;
  };
  /** One task: its arguments without secrets, steps, every attempt with its cause and error, events, and what came of it: its result, or the trace of its last error. */
  get_task: {
    method: "GET";
    path: "/v1/ops/tasks/{task_id}";
    query: Record<string, never>;
    body: null;
    answer: Task;
  };
  /** Act on the next 100 of all tasks that match: of dead ones, unless a state is given or they are cancelled, and without those that were discarded or whose job went on without them. retry and cancel act on their jobs. To go on, send audit_id and next_cursor back. The audit log has one entry for all, which tells how far it is. */
  act_on_tasks: {
    method: "POST";
    path: "/v1/ops/tasks:{action}";
    query: Record<string, never>;
    body: ActOnTasksBody;
    answer: BulkSlice;
  };
  /** What each tenant stores and may store, in bytes of the files that were sent, and what its AI calls cost this month; each that has a key, a file, a cost this month or a quota. */
  list_tenants: {
    method: "GET";
    path: "/v1/ops/tenants";
    query: Record<string, never>;
    body: null;
    answer: Tenants;
  };
  /** Set how many bytes a tenant may store; every gateway keeps to it within seconds. What is stored stays. */
  set_quota: {
    method: "PUT";
    path: "/v1/ops/tenants/quota";
    query: Record<string, never>;
    body: SetQuotaBody;
    answer: Usage;
  };
  /** Let a tenant store as much as it wants. */
  lift_quota: {
    method: "DELETE";
    path: "/v1/ops/tenants/quota";
    query: { tenant_id: string };
    body: null;
    answer: Usage;
  };
  /** Every node: online, silent or offline, what it does, how often it succeeds, and its journal's load. */
  list_workers: {
    method: "GET";
    path: "/v1/ops/workers";
    query: Record<string, never>;
    body: null;
    answer: Workers;
  };
  /** Send a photo of waste, up to 32 MB: as a form, or as raw body with ?filename=. Or, where links are fetched, a link to it as JSON. */
  send_photo: {
    method: "POST";
    path: "/v1/photos";
    query: { filename?: string; language?: "en" | "ko"; region?: string; priority?: "normal" | "bulk"; not_before?: string; metadata?: string; track?: "full" | "outcome" };
    body: SendPhotoBody;
    answer: Photo | Accepted;
  };
  /** The photos, newest first. */
  list_photos: {
    method: "GET";
    path: "/v1/photos";
    query: { limit?: number; cursor?: string; status?: "processing" | "ready" | "failed"; tag?: string; q_title?: string; created_after?: string; created_before?: string; category?: "plastic" | "paper" | "metal" | "glass" | "general"; facets?: string };
    body: null;
    answer: PhotoPage;
  };
  /** One photo with what was found on it; a failed or cancelled one has its error as a problem object. */
  get_photo: {
    method: "GET";
    path: "/v1/photos/{photo_id}";
    query: Record<string, never>;
    body: null;
    answer: Photo;
  };
  /** Delete a photo with everything that was made and told of it, as delete_media. */
  delete_photo: {
    method: "DELETE";
    path: "/v1/photos/{photo_id}";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** What was found on a photo and how it is thrown away; a failed or cancelled one answers its problem. */
  get_classification: {
    method: "GET";
    path: "/v1/photos/{photo_id}/classification";
    query: Record<string, never>;
    body: null;
    answer: Classification;
  };
  /** All that is known of a photo, as export_media. The original may tell where it was taken. */
  export_photo: {
    method: "GET";
    path: "/v1/photos/{photo_id}/export";
    query: { original?: "true" | "false" };
    body: null;
    answer: null;
  };
  /** Say what is really on a photo; the correction is kept beside the answer. */
  correct_photo: {
    method: "POST";
    path: "/v1/photos/{photo_id}/feedback";
    query: Record<string, never>;
    body: CorrectPhotoBody;
    answer: Correction;
  };
  /** The photo, at most 2048 px a side, upright and without metadata. */
  get_photo_image: {
    method: "GET";
    path: "/v1/photos/{photo_id}/image";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** The file as it was sent, to download; it may tell where it was taken. */
  get_photo_original: {
    method: "GET";
    path: "/v1/photos/{photo_id}/original";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** The photo, at most 300 px a side, otherwise the same. */
  get_photo_thumbnail: {
    method: "GET";
    path: "/v1/photos/{photo_id}/thumbnail";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** Every disposal rule of a region with its source, and the regions there are. */
  list_rules: {
    method: "GET";
    path: "/v1/rules";
    query: { region?: string; language?: "en" | "ko" };
    body: null;
    answer: Rules;
  };
  /** The rule for an item: its own, else its category's, else the general one; fallback says so. */
  get_rule: {
    method: "GET";
    path: "/v1/rules/{item}";
    query: { region?: string; language?: "en" | "ko" };
    body: null;
    answer: Rule;
  };
  /** Find the moments where something is said, by words, by meaning, or both. */
  search: {
    method: "GET";
    path: "/v1/search";
    query: { q?: string; mode?: "hybrid" | "meaning" | "words"; limit?: number; media_id?: string; language?: string; kind?: "video" | "audio"; tag?: string; after?: string; before?: string; min_duration_ms?: number };
    body: null;
    answer: Hits;
  };
  /** Sign in with an API key, with an account's name and password, or with the token of a link and the password that its account shall have; sets a cookie. After several failures 429 says when the next attempt is looked at. */
  sign_in: {
    method: "POST";
    path: "/v1/session";
    query: Record<string, never>;
    body: unknown;
    answer: Session;
  };
  /** Who is signed in by cookie, and the token that unsafe requests carry. */
  get_session: {
    method: "GET";
    path: "/v1/session";
    query: Record<string, never>;
    body: null;
    answer: Session;
  };
  /** Sign out. */
  sign_out: {
    method: "DELETE";
    path: "/v1/session";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** Calls, tokens and cost of a day's AI calls by model, and the day's budget. */
  get_spending: {
    method: "GET";
    path: "/v1/spending";
    query: { day?: string };
    body: null;
    answer: Spending;
  };
  /** Declare a file that will be sent in parts, which can go on after a break, with the options of its job. It has a day. parts holds the addresses of the first hundred. With sha256, and without again, a file that the account has stored already is not sent: the answer is already-stored, with its media and job. */
  declare_upload: {
    method: "POST";
    path: "/v1/uploads";
    query: Record<string, never>;
    body: DeclareUploadBody;
    answer: Upload;
  };
  /** An upload with the parts that the store has; once it is completed, with its job. */
  get_upload: {
    method: "GET";
    path: "/v1/uploads/{upload_id}";
    query: Record<string, never>;
    body: null;
    answer: Upload;
  };
  /** Give an upload up, and remove what was sent. */
  give_up_upload: {
    method: "DELETE";
    path: "/v1/uploads/{upload_id}";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** Send a recording's captions (WebVTT or SubRip, up to 5 MiB) before its upload is completed: they are taken as what is said, and nothing is transcribed. Captions that were sent before are replaced. */
  put_upload_captions: {
    method: "PUT";
    path: "/v1/uploads/{upload_id}/captions";
    query: { filename: string };
    body: null;
    answer: SentCaptions;
  };
  /** Put the parts together and begin the job. parts: the marks by which the sender knows them; without them the store's own count. */
  complete_upload: {
    method: "POST";
    path: "/v1/uploads/{upload_id}/complete";
    query: Record<string, never>;
    body: CompleteUploadBody;
    answer: Accepted;
  };
  /** Fresh addresses for parts, up to 100 at a time: those of the store are good for an hour. */
  sign_upload_parts: {
    method: "POST";
    path: "/v1/uploads/{upload_id}/parts";
    query: Record<string, never>;
    body: SignUploadPartsBody;
    answer: Upload;
  };
  /** Send a part through the gateway, with its Content-Length. One that was sent before is replaced. */
  put_upload_part: {
    method: "PUT";
    path: "/v1/uploads/{upload_id}/parts/{part}";
    query: Record<string, never>;
    body: null;
    answer: UploadPart;
  };
  /** What the account stores, in bytes of the files that were sent, and how much it may store (null: no quota); its recordings and photos; the requests of its keys this month; what AI calls cost this month, and may cost a day (0: no limit). */
  get_usage: {
    method: "GET";
    path: "/v1/usage";
    query: Record<string, never>;
    body: null;
    answer: Usage;
  };
  /** The webhooks of the caller's account, the newest first. */
  list_webhooks: {
    method: "GET";
    path: "/v1/webhooks";
    query: Record<string, never>;
    body: null;
    answer: Webhooks;
  };
  /** Tell an address of events, from now on. secret signs each delivery; it is in this answer alone, and a repeat by Idempotency-Key lacks it. */
  create_webhook: {
    method: "POST";
    path: "/v1/webhooks";
    query: Record<string, never>;
    body: CreateWebhookBody;
    answer: WebhookWithSecret;
  };
  /** Send an event again that was delivered or has failed, with the same webhook-id. */
  replay_webhook_delivery: {
    method: "POST";
    path: "/v1/webhooks/deliveries/{delivery_id}/replay";
    query: Record<string, never>;
    body: null;
    answer: Delivery;
  };
  /** One webhook. disabled_because says why nothing is delivered, and is empty while it is. */
  get_webhook: {
    method: "GET";
    path: "/v1/webhooks/{webhook_id}";
    query: Record<string, never>;
    body: null;
    answer: Webhook;
  };
  /** Change its address, types or description, or switch it off and on. */
  change_webhook: {
    method: "PATCH";
    path: "/v1/webhooks/{webhook_id}";
    query: Record<string, never>;
    body: ChangeWebhookBody;
    answer: Webhook;
  };
  /** Remove it with its secret and its deliveries. What is on its way ends before its next try. */
  delete_webhook: {
    method: "DELETE";
    path: "/v1/webhooks/{webhook_id}";
    query: Record<string, never>;
    body: null;
    answer: null;
  };
  /** What it was told, the newest first: state, tries, the receiver's last status, when the next try is. */
  list_webhook_deliveries: {
    method: "GET";
    path: "/v1/webhooks/{webhook_id}/deliveries";
    query: { limit?: number; cursor?: string };
    body: null;
    answer: Deliveries;
  };
  /** Make a new secret, which is in this answer alone. For 24 hours the one before signs beside it. */
  rotate_webhook_secret: {
    method: "POST";
    path: "/v1/webhooks/{webhook_id}/rotate-secret";
    query: Record<string, never>;
    body: null;
    answer: WebhookWithSecret;
  };
  /** Send it an event of the type webhook.test, whichever types it wants. */
  test_webhook: {
    method: "POST";
    path: "/v1/webhooks/{webhook_id}/test";
    query: Record<string, never>;
    body: null;
    answer: Delivery;
  };
}

export type OperationId = keyof Operations;
