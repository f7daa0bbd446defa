SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA eba3d7a;
CREATE FUNCTION eba3d7a.bigrams(t text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  SELECT coalesce(array_agg(DISTINCT substr(w, i, n)), '{}')
  FROM regexp_split_to_table(lower(normalize(t, NFC)), '[[:space:][:punct:]]+') AS w,
       (VALUES (1), (2)) AS s(n),
       generate_series(1, length(w) - n + 1) AS i
  WHERE n = 2 OR substr(w, i, 1) ~ '[가-힣一-龥ぁ-ヿ]'
$$;
CREATE FUNCTION eba3d7a.clock_ms() RETURNS numeric
    LANGUAGE sql
    AS $$
  SELECT extract(epoch FROM clock_timestamp())::numeric * 1000
$$;
CREATE TEXT SEARCH CONFIGURATION eba3d7a.winnow (
    PARSER = pg_catalog."default" );
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR asciiword WITH english_stem;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR word WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR numword WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR email WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR url WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR host WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR sfloat WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR version WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR hword_numpart WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR hword_part WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR hword_asciipart WITH english_stem;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR numhword WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR asciihword WITH english_stem;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR hword WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR url_path WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR file WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR "float" WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR "int" WITH simple;
ALTER TEXT SEARCH CONFIGURATION eba3d7a.winnow
    ADD MAPPING FOR uint WITH simple;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE eba3d7a.ai_spending (
    journal_id text NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    tenant_id text NOT NULL,
    job_id text NOT NULL,
    task_id text NOT NULL,
    at_ms bigint NOT NULL,
    use text NOT NULL,
    model text NOT NULL,
    tokens_in bigint NOT NULL,
    tokens_out bigint NOT NULL,
    cost_usd numeric,
    cached boolean NOT NULL
);
CREATE TABLE eba3d7a.ai_spent_day (
    tenant_id text NOT NULL,
    day bigint NOT NULL,
    spent_usd numeric NOT NULL
);
CREATE TABLE eba3d7a.answer_claim (
    tenant_id text NOT NULL,
    answer_key text NOT NULL,
    holder text NOT NULL,
    turn_ms bigint NOT NULL,
    until_ms bigint NOT NULL
);
CREATE TABLE eba3d7a.api_key (
    key_id text NOT NULL,
    secret_sha256 text NOT NULL,
    tenant_id text NOT NULL,
    scopes text[] NOT NULL,
    name text NOT NULL,
    created_ms bigint NOT NULL,
    revoked_ms bigint
);
CREATE TABLE eba3d7a.api_turn (
    api text NOT NULL,
    last_ms numeric NOT NULL,
    hold_ms numeric DEFAULT 0 NOT NULL
);
CREATE TABLE eba3d7a.applied_result (
    job_id text NOT NULL,
    run integer NOT NULL,
    result text NOT NULL,
    applied_ms bigint NOT NULL
);
CREATE TABLE eba3d7a.generation (
    generation text NOT NULL,
    dimensions integer NOT NULL,
    created_ms bigint NOT NULL
);
CREATE TABLE eba3d7a.job (
    job_id text NOT NULL,
    tenant_id text NOT NULL,
    media_id text NOT NULL,
    run integer DEFAULT 1 NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    created_ms bigint NOT NULL,
    finished_ms bigint,
    problem jsonb,
    stored_run integer,
    stored_result text,
    stored_ms bigint,
    stored_times integer DEFAULT 0 NOT NULL,
    kept_keys text[],
    cancelled_run integer DEFAULT 0 NOT NULL,
    cancelled_ms bigint,
    replayed_by text,
    unswept_ms bigint,
    CONSTRAINT job_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE TABLE eba3d7a.journal_watermark (
    journal_id text NOT NULL,
    service text NOT NULL,
    node text NOT NULL,
    applied_seq bigint DEFAULT 0 NOT NULL,
    seen_ms bigint NOT NULL,
    begun_ms bigint,
    lost_ms bigint
);
CREATE TABLE eba3d7a.lane_pause (
    lane text NOT NULL,
    since_ms bigint NOT NULL,
    who text NOT NULL
);
CREATE TABLE eba3d7a.media (
    media_id text NOT NULL,
    tenant_id text NOT NULL,
    job_id text NOT NULL,
    accepted boolean DEFAULT false NOT NULL,
    created_ms bigint NOT NULL,
    kind text DEFAULT 'recording'::text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    filename text DEFAULT ''::text NOT NULL,
    content_type text DEFAULT ''::text NOT NULL,
    size_bytes bigint DEFAULT 0 NOT NULL,
    sha256 text DEFAULT ''::text NOT NULL,
    asked_language text,
    incoming_key text,
    stored_ms bigint,
    duration_ms bigint,
    has_video boolean,
    speech_ratio real,
    warnings text[] DEFAULT '{}'::text[] NOT NULL,
    original_key text,
    poster_key text,
    thumbnail_key text,
    rendition_key text,
    rendition_type text
);
CREATE TABLE eba3d7a.passage (
    passage_id uuid NOT NULL,
    tenant_id text NOT NULL,
    media_id text NOT NULL,
    generation text NOT NULL,
    language text NOT NULL,
    start_ms bigint NOT NULL,
    end_ms bigint NOT NULL,
    text text NOT NULL,
    word_offsets integer[] NOT NULL,
    word_starts_ms integer[] NOT NULL,
    embedding public.halfvec,
    lex tsvector NOT NULL,
    folded text GENERATED ALWAYS AS (lower(NORMALIZE(text, NFC))) STORED,
    bg text[] GENERATED ALWAYS AS (eba3d7a.bigrams(text)) STORED
);
CREATE TABLE eba3d7a.photo (
    media_id text NOT NULL,
    tenant_id text NOT NULL,
    answer jsonb NOT NULL,
    category text,
    item text,
    state text,
    confidence double precision,
    abstained boolean NOT NULL,
    model text NOT NULL,
    language text NOT NULL,
    region text NOT NULL,
    image_key text NOT NULL,
    thumbnail_key text NOT NULL,
    image_sha256 text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL
);
CREATE TABLE eba3d7a.photo_feedback (
    feedback_id text NOT NULL,
    media_id text NOT NULL,
    tenant_id text NOT NULL,
    made_by text NOT NULL,
    at_ms bigint NOT NULL,
    correct_category text NOT NULL,
    correct_item text,
    correct_state text,
    note text,
    said jsonb NOT NULL
);
CREATE TABLE eba3d7a.schema_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE eba3d7a.segment (
    media_id text NOT NULL,
    n integer NOT NULL,
    text text NOT NULL,
    start_ms bigint NOT NULL,
    end_ms bigint NOT NULL,
    word_texts text[] NOT NULL,
    word_starts_ms integer[] NOT NULL,
    word_ends_ms integer[] NOT NULL,
    word_confidences real[] NOT NULL
);
CREATE TABLE eba3d7a.task_event (
    journal_id text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    tenant_id text NOT NULL,
    job_id text NOT NULL,
    media_id text NOT NULL,
    task_id text NOT NULL,
    actor text NOT NULL,
    queue text NOT NULL,
    run integer NOT NULL,
    retry integer NOT NULL,
    attempt_id text NOT NULL,
    node text NOT NULL,
    at_ms bigint NOT NULL,
    detail jsonb NOT NULL,
    arrival bigint NOT NULL
);
ALTER TABLE eba3d7a.task_event ALTER COLUMN arrival ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME eba3d7a.task_event_arrival_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE eba3d7a.task_execution_history (
    task_id text NOT NULL,
    attempt_id text NOT NULL,
    number integer NOT NULL,
    retry integer NOT NULL,
    node text NOT NULL,
    started_ms bigint,
    ended_ms bigint,
    outcome text,
    why text,
    problem jsonb
);
CREATE TABLE eba3d7a.task_log (
    task_id text NOT NULL,
    tenant_id text NOT NULL,
    job_id text NOT NULL,
    media_id text NOT NULL,
    actor text NOT NULL,
    queue text NOT NULL,
    run integer NOT NULL,
    retry integer NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    node text NOT NULL,
    enqueued_ms bigint,
    started_ms bigint,
    ended_ms bigint,
    duration_ms bigint,
    problem jsonb,
    command jsonb,
    trace text,
    discarded_ms bigint,
    discarded_by text,
    deferred boolean DEFAULT false NOT NULL
);
CREATE VIEW eba3d7a.task_step AS
 SELECT task_id,
    attempt_id,
    (detail ->> 'step'::text) AS name,
    ((detail ->> 'duration_ms'::text))::bigint AS duration_ms,
    COALESCE(((detail ->> 'reused'::text))::boolean, false) AS reused,
    at_ms,
    journal_id,
    seq
   FROM eba3d7a.task_event
  WHERE (kind = 'step_done'::text);
CREATE TABLE eba3d7a.transcript (
    media_id text NOT NULL,
    tenant_id text NOT NULL,
    language text NOT NULL,
    duration_ms bigint NOT NULL,
    model text NOT NULL,
    warnings text[] NOT NULL
);
INSERT INTO eba3d7a.ai_spending VALUES
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 26, 0, 't', 'job_p', '3caf016b-bb21-5bd8-85a2-c8bf92604746', 1700000000000, 'vision', 'eye-1', 900, 40, 0.25, false);
INSERT INTO eba3d7a.ai_spent_day VALUES
	('t', 19675, 0.25);
INSERT INTO eba3d7a.api_key VALUES
	('oldkey01', 'd64b93c9f1b60eb338e5cb415d6a36bd920edd0e9b36f7ea5c730d0e10ff147f', 'default', '{read,write,admin}', 'admin', 1795912958229, NULL);
INSERT INTO eba3d7a.applied_result VALUES
	('job_en', 1, '074a22c799b465671eddf9ea7a41d23593c29fcca3c442dabd206aba534c1716', 1795912965471),
	('job_ko', 1, '99976df9915674c1b22bdd04f508be83b4f436a111d4fe123aa60f3aaf1a6984', 1795912965485),
	('job_p', 1, '96d24af9e710eec6114c73747da4bde0ba72017d77d3aa81b94675d33ba1564a', 1795912965493);
INSERT INTO eba3d7a.generation VALUES
	('toy-4', 4, 1795912965467);
INSERT INTO eba3d7a.job VALUES
	('job_failed', 't', 'med_failed', 1, 'failed', 1700000000000, 1795912965387, '{"code": "internal", "hint": "", "detail": "It broke.", "retryable": false}', NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, 1795912965444),
	('job_running', 't', 'med_running', 1, 'running', 1700000000000, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, NULL),
	('job_d', 'drill', 'med_d', 1, 'running', 1795912965448, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, NULL),
	('job_en', 't', 'med_en', 1, 'done', 1700000000000, 1795912965471, NULL, 1, '074a22c799b465671eddf9ea7a41d23593c29fcca3c442dabd206aba534c1716', 1795912965471, 1, '{embedded/en,ok/en}', 0, NULL, NULL, 1795912965471),
	('job_ko', 't', 'med_ko', 1, 'done', 1700000000000, 1795912965485, NULL, 1, '99976df9915674c1b22bdd04f508be83b4f436a111d4fe123aa60f3aaf1a6984', 1795912965485, 1, '{embedded/ko,ok/ko}', 0, NULL, NULL, 1795912965485),
	('job_p', 't', 'med_p', 1, 'done', 1700000000000, 1795912965493, NULL, 1, '96d24af9e710eec6114c73747da4bde0ba72017d77d3aa81b94675d33ba1564a', 1795912965493, 1, '{ok/t/t/med_p/original,ok/t/t/med_p/won/answer.json,ok/t/t/med_p/won/image.jpg,ok/t/t/med_p/won/thumbnail.jpg}', 0, NULL, NULL, 1795912965493),
	('job_cancelled', 't', 'med_cancelled', 1, 'cancelled', 1700000000000, 1795912965504, NULL, NULL, NULL, NULL, 0, NULL, 1, 1795912965504, NULL, 1795912965504);
INSERT INTO eba3d7a.journal_watermark VALUES
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 's', 'gateway-1', 26, 1795912965456, 1700000000000, NULL);
INSERT INTO eba3d7a.lane_pause VALUES
	('media', 1795912965508, 'oldkey01');
INSERT INTO eba3d7a.media VALUES
	('med_cancelled', 't', 'job_cancelled', true, 1700000000000, 'recording', 'Not wanted', 'cancelled.mp4', 'video/mp4', 9, '', 'en', 'in/t/t/med_cancelled', NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL),
	('med_failed', 't', 'job_failed', true, 1700000000000, 'recording', 'Broken', 'failed.mp4', 'video/mp4', 9, '', 'en', 'in/t/t/med_failed', NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL),
	('med_running', 't', 'job_running', true, 1700000000000, 'recording', 'Still at it', 'running.mp4', 'video/mp4', 9, '', 'en', 'in/t/t/med_running', NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL),
	('med_d', 'drill', 'job_d', false, 1795912965448, 'drill', '', '', '', 0, '', NULL, NULL, NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL),
	('med_en', 't', 'job_en', true, 1700000000000, 'recording', 'A novel', 'en.mp4', 'video/mp4', 9, '', 'en', 'in/t/t/med_en', 1795912965471, 60000, true, 0.3, '{}', 'ok/en', NULL, NULL, NULL, NULL),
	('med_ko', 't', 'job_ko', true, 1700000000000, 'recording', '분리배출', 'ko.mp4', 'video/mp4', 9, '', 'ko', 'in/t/t/med_ko', 1795912965485, 60000, true, 0.3, '{}', 'ok/ko', NULL, NULL, NULL, NULL),
	('med_p', 't', 'job_p', true, 1700000000000, 'photo', 'can', 'can.heic', 'image/heic', 9, '', 'ko', 'in/t/t/med_p', 1795912965493, NULL, NULL, NULL, '{"It was turned upright.","It is blurred."}', 'ok/t/t/med_p/original', NULL, 'ok/t/t/med_p/won/thumbnail.jpg', NULL, NULL);
INSERT INTO eba3d7a.passage VALUES
	('3a45ec48-c6b1-401e-9388-d5059cae7bc3', 't', 'med_en', 'toy-4', 'en', 0, 9000, 'Unless to be rather cold-hearted and rather selfish is to be ill-disposed', '{0,7,10,13,20,33,37,44,52,55,58,61}', '{0,1000,2000,3000,4000,5000,6000,7000,8000,9000,10000,11000}', '[1,0,0,0]', '''cold'':5 ''dispos'':14 ''heart'':6 ''ill'':13 ''rather'':4,8 ''selfish'':9 ''unless'':1', DEFAULT, DEFAULT),
	('bac129a0-04de-4cb2-897e-d5fd29a4bfa2', 't', 'med_en', 'toy-4', 'en', 10000, 19000, 'He was not an ill disposed young man', '{0,3,7,11,14,18,27,33}', '{10000,11000,12000,13000,14000,15000,16000,17000}', '[0,1,0,0]', '''dispos'':6 ''ill'':5 ''man'':8 ''young'':7', DEFAULT, DEFAULT),
	('75bd75ba-9a3d-48a8-ab00-b49d9c465411', 't', 'med_ko', 'toy-4', 'ko', 0, 9000, '투명 페트병은 라벨을 떼고 배출해 주세요', '{0,3,8,12,15,19}', '{0,1000,2000,3000,4000,5000}', '[0,1,0,0]', '''떼'':4 ''떼고'':9 ''라벨'':3 ''라벨을'':8 ''배출'':5 ''배출해'':10 ''주세요'':11 ''투명'':1,6 ''페트병'':2 ''페트병은'':7', DEFAULT, DEFAULT),
	('03da2a7a-bd01-4e79-b6c3-e6ae91fddb06', 't', 'med_ko', 'toy-4', 'ko', 10000, 19000, '병뚜껑은 따로 모읍니다', '{0,5,8}', '{10000,11000,12000}', '[0,0,1,0]', '''따로'':2,5 ''모으'':3 ''모읍니다'':6 ''병뚜껑'':1 ''병뚜껑은'':4', DEFAULT, DEFAULT);
INSERT INTO eba3d7a.photo VALUES
	('med_p', 't', '{"advice": [], "region": "kr", "finding": {"items": [{"item": "pet_bottle", "state": "clean", "category": "plastic", "confidence": 0.9, "alternatives": []}, {"item": "aluminum_can", "state": "clean", "category": "metal", "confidence": 0.95, "alternatives": []}], "model": "eye-1", "cached": false, "prompt": "classify-1", "nothing": null, "abstained": false, "threshold": 0.6, "better_photo": null}, "language": "en", "warnings": ["It is blurred."], "of_a_later_version": [1]}', 'metal', 'aluminum_can', 'clean', 0.95, false, 'eye-1', 'en', 'kr', 'ok/t/t/med_p/won/image.jpg', 'ok/t/t/med_p/won/thumbnail.jpg', '0000000000000000000000000000000000000000000000000000000000000000', 2048, 1536);
INSERT INTO eba3d7a.photo_feedback VALUES
	('fb_01a224c1-1d7c-7b35-b62b-878ff8441b8b', 'med_p', 't', 'oldkey01', 1795912965500, 'metal', 'aluminum_can', NULL, '찌그러졌다', '{"item": "aluminum_can", "model": "eye-1", "state": "clean", "category": "metal", "abstained": false, "confidence": 0.95}');
INSERT INTO eba3d7a.schema_migrations VALUES
	(1, '0001_first_schema.sql', '74b1604c5a14755299ca04a04febe9bb69816056c8469b542dea0003de79c8c6', '2026-11-29 00:42:38.098996+00'),
	(2, '0002_outcomes_and_steering.sql', '325383c9c08917b0d8ce0b82501a604e4c8b5c839728b3a9827b8030e0fe63ac', '2026-11-29 00:42:38.098996+00'),
	(3, '0003_photos_spending_and_turns.sql', 'db74f91fc03b5f0d6e98b3a5aef8d75f2b62b8017dc86e422721b9cf239f3803', '2026-11-29 00:42:38.098996+00'),
	(4, '0004_applied_results.sql', '9f5ee0239907fa5e31e993d0287e3104f2f125d8cb626841efe6da24da545285', '2026-11-29 00:42:38.098996+00');
INSERT INTO eba3d7a.segment VALUES
	('med_en', 0, 'Unless to be rather cold-hearted and rather selfish is to be ill-disposed', 0, 9000, '{Unless,to,be,rather,cold-hearted,and,rather,selfish,is,to,be,ill-disposed}', '{0,1000,2000,3000,4000,5000,6000,7000,8000,9000,10000,11000}', '{900,1900,2900,3900,4900,5900,6900,7900,8900,9900,10900,11900}', '{1,1,1,1,1,1,1,1,1,1,1,1}'),
	('med_en', 1, 'He was not an ill disposed young man', 10000, 19000, '{He,was,not,an,ill,disposed,young,man}', '{10000,11000,12000,13000,14000,15000,16000,17000}', '{10900,11900,12900,13900,14900,15900,16900,17900}', '{1,1,1,1,1,1,1,1}'),
	('med_ko', 0, '투명 페트병은 라벨을 떼고 배출해 주세요', 0, 9000, '{투명,페트병은,라벨을,떼고,배출해,주세요}', '{0,1000,2000,3000,4000,5000}', '{900,1900,2900,3900,4900,5900}', '{1,1,1,1,1,1}'),
	('med_ko', 1, '병뚜껑은 따로 모읍니다', 10000, 19000, '{병뚜껑은,따로,모읍니다}', '{10000,11000,12000}', '{10900,11900,12900}', '{1,1,1}');
INSERT INTO eba3d7a.task_event OVERRIDING SYSTEM VALUE VALUES
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 1, 'accepted', 't', 'job_en', 'med_en', 'e0a9bc13-5da3-586b-b7f8-89942e9c8805', 'media.examine', 'media.examine', 1, 0, '', 'gateway-1', 1795912965386, '{"kind": "recording", "title": "A novel", "sha256": "", "filename": "en.mp4", "language": "en", "created_ms": 1700000000000, "size_bytes": 9, "content_type": "video/mp4", "original_key": "in/t/t/med_en"}', 1),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 2, 'enqueued', 't', 'job_en', 'med_en', 'e0a9bc13-5da3-586b-b7f8-89942e9c8805', 'media.examine', 'media.examine', 1, 0, '', 'n', 1795912965387, '{"origin": ""}', 2),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 3, 'started', 't', 'job_en', 'med_en', 'e0a9bc13-5da3-586b-b7f8-89942e9c8805', 'media.examine', 'media.examine', 1, 0, 'a1', 'n', 1795912965387, '{"why": "first", "alone": false}', 3),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 4, 'step_done', 't', 'job_en', 'med_en', 'e0a9bc13-5da3-586b-b7f8-89942e9c8805', 'media.examine', 'media.examine', 1, 0, 'a1', 'n', 1795912965387, '{"step": "probe", "reused": false, "duration_ms": 4}', 4),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 5, 'completed', 't', 'job_en', 'med_en', 'e0a9bc13-5da3-586b-b7f8-89942e9c8805', 'media.examine', 'media.examine', 1, 0, 'a1', 'n', 1795912965387, '{"outcome": "completed", "duration_ms": 1}', 5),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 6, 'accepted', 't', 'job_ko', 'med_ko', 'e278383e-3b7a-5aff-a43f-fb55669c193e', 'media.examine', 'media.examine', 1, 0, '', 'gateway-1', 1795912965387, '{"kind": "recording", "title": "분리배출", "sha256": "", "filename": "ko.mp4", "language": "ko", "created_ms": 1700000000000, "size_bytes": 9, "content_type": "video/mp4", "original_key": "in/t/t/med_ko"}', 6),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 7, 'enqueued', 't', 'job_ko', 'med_ko', 'e278383e-3b7a-5aff-a43f-fb55669c193e', 'media.examine', 'media.examine', 1, 0, '', 'n', 1795912965387, '{"origin": ""}', 7),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 8, 'accepted', 't', 'job_running', 'med_running', 'd593db71-11e9-59e3-911e-06b81e3158b3', 'media.examine', 'media.examine', 1, 0, '', 'gateway-1', 1795912965387, '{"kind": "recording", "title": "Still at it", "sha256": "", "filename": "running.mp4", "language": "en", "created_ms": 1700000000000, "size_bytes": 9, "content_type": "video/mp4", "original_key": "in/t/t/med_running"}', 8),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 9, 'enqueued', 't', 'job_running', 'med_running', 'd593db71-11e9-59e3-911e-06b81e3158b3', 'media.examine', 'media.examine', 1, 0, '', 'n', 1795912965387, '{"origin": ""}', 9),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 10, 'started', 't', 'job_running', 'med_running', 'd593db71-11e9-59e3-911e-06b81e3158b3', 'media.examine', 'media.examine', 1, 0, 'a2', 'n', 1795912965387, '{"why": "first", "alone": false}', 10),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 11, 'accepted', 't', 'job_failed', 'med_failed', '0d952547-8567-5e8f-963a-dfb22bedd775', 'media.examine', 'media.examine', 1, 0, '', 'gateway-1', 1795912965387, '{"kind": "recording", "title": "Broken", "sha256": "", "filename": "failed.mp4", "language": "en", "created_ms": 1700000000000, "size_bytes": 9, "content_type": "video/mp4", "original_key": "in/t/t/med_failed"}', 11),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 12, 'enqueued', 't', 'job_failed', 'med_failed', '0d952547-8567-5e8f-963a-dfb22bedd775', 'media.examine', 'media.examine', 1, 0, '', 'n', 1795912965387, '{"origin": ""}', 12),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 13, 'started', 't', 'job_failed', 'med_failed', '0d952547-8567-5e8f-963a-dfb22bedd775', 'media.examine', 'media.examine', 1, 0, 'a3', 'n', 1795912965387, '{"why": "first", "alone": false}', 13),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 14, 'dead', 't', 'job_failed', 'med_failed', '0d952547-8567-5e8f-963a-dfb22bedd775', 'media.examine', 'media.examine', 1, 0, 'a3', 'n', 1795912965387, '{"trace": "Traceback", "command": {"job_id": "job_failed", "filename": "failed.mp4", "language": "en", "media_id": "med_failed", "tenant_id": "t", "size_bytes": 9, "original_key": "in/t/t/med_failed"}, "outcome": "failed", "problem": {"code": "internal", "hint": "", "detail": "It broke.", "retryable": false}}', 14),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 15, 'accepted', 't', 'job_cancelled', 'med_cancelled', '45ccdfc8-d348-522c-8a6b-18038e2acfe9', 'media.examine', 'media.examine', 1, 0, '', 'gateway-1', 1795912965387, '{"kind": "recording", "title": "Not wanted", "sha256": "", "filename": "cancelled.mp4", "language": "en", "created_ms": 1700000000000, "size_bytes": 9, "content_type": "video/mp4", "original_key": "in/t/t/med_cancelled"}', 15),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 16, 'enqueued', 't', 'job_cancelled', 'med_cancelled', '45ccdfc8-d348-522c-8a6b-18038e2acfe9', 'media.examine', 'media.examine', 1, 0, '', 'n', 1795912965387, '{"origin": ""}', 16),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 17, 'accepted', 't', 'job_p', 'med_p', 'f09a14ba-04d1-5738-a3c6-08fd87514cf2', 'media.prepare_photo', 'media.examine', 1, 0, '', 'g', 1795912965448, '{"kind": "photo", "title": "can", "sha256": "", "filename": "can.heic", "language": "ko", "created_ms": 1700000000000, "size_bytes": 9, "content_type": "image/heic", "original_key": "in/t/t/med_p"}', 17),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 18, 'enqueued', 't', 'job_p', 'med_p', 'f09a14ba-04d1-5738-a3c6-08fd87514cf2', 'media.prepare_photo', 'media.examine', 1, 0, '', 'n', 1795912965448, '{"origin": ""}', 18),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 19, 'started', 't', 'job_p', 'med_p', 'f09a14ba-04d1-5738-a3c6-08fd87514cf2', 'media.prepare_photo', 'media.examine', 1, 0, 'a4', 'n', 1795912965448, '{"why": "first", "alone": false}', 19),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 20, 'completed', 't', 'job_p', 'med_p', 'f09a14ba-04d1-5738-a3c6-08fd87514cf2', 'media.prepare_photo', 'media.examine', 1, 0, 'a4', 'n', 1795912965448, '{"outcome": "completed", "duration_ms": 1}', 20),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 21, 'enqueued', 'drill', 'job_d', 'med_d', '1eb1cb41-f2f4-5a23-84b9-6c17ae6bf410', 'media.drill', 'media', 1, 0, '', 'n', 1795912965448, '{"origin": ""}', 21),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 22, 'started', 'drill', 'job_d', 'med_d', '1eb1cb41-f2f4-5a23-84b9-6c17ae6bf410', 'media.drill', 'media', 1, 0, 'a5', 'n', 1795912965448, '{"why": "first", "alone": false}', 22),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 23, 'released', 'drill', 'job_d', 'med_d', '1eb1cb41-f2f4-5a23-84b9-6c17ae6bf410', 'media.drill', 'media', 1, 0, 'a5', 'n', 1795912965448, '{"alone": true, "reason": "its process died"}', 23),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 24, 'enqueued', 't', 'job_p', 'med_p', '3caf016b-bb21-5bd8-85a2-c8bf92604746', 'ai.classify_photo', 'ai', 1, 0, '', 'n', 1795912965456, '{"origin": ""}', 24),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 25, 'started', 't', 'job_p', 'med_p', '3caf016b-bb21-5bd8-85a2-c8bf92604746', 'ai.classify_photo', 'ai', 1, 0, 'a6', 'n', 1795912965456, '{"why": "first", "alone": false}', 25),
	('6b1f0c52d3f24b0f9a0f6f0e7c1d2a3b', 26, 'completed', 't', 'job_p', 'med_p', '3caf016b-bb21-5bd8-85a2-c8bf92604746', 'ai.classify_photo', 'ai', 1, 0, 'a6', 'n', 1700000000000, '{"spent": [{"use": "vision", "model": "eye-1", "cached": false, "cost_usd": 0.25, "tokens_in": 900, "tokens_out": 40}], "outcome": "completed", "duration_ms": 1}', 26);
INSERT INTO eba3d7a.task_execution_history VALUES
	('0d952547-8567-5e8f-963a-dfb22bedd775', 'a3', 1, 0, 'n', 1795912965387, 1795912965387, 'failed', 'first', '{"code": "internal", "hint": "", "detail": "It broke.", "retryable": false}'),
	('d593db71-11e9-59e3-911e-06b81e3158b3', 'a2', 1, 0, 'n', 1795912965387, NULL, NULL, 'first', NULL),
	('e0a9bc13-5da3-586b-b7f8-89942e9c8805', 'a1', 1, 0, 'n', 1795912965387, 1795912965387, 'completed', 'first', NULL),
	('1eb1cb41-f2f4-5a23-84b9-6c17ae6bf410', 'a5', 1, 0, 'n', 1795912965448, 1795912965448, 'died', 'first', NULL),
	('f09a14ba-04d1-5738-a3c6-08fd87514cf2', 'a4', 1, 0, 'n', 1795912965448, 1795912965448, 'completed', 'first', NULL),
	('3caf016b-bb21-5bd8-85a2-c8bf92604746', 'a6', 1, 0, 'n', 1795912965456, 1700000000000, 'completed', 'first', NULL);
INSERT INTO eba3d7a.task_log VALUES
	('0d952547-8567-5e8f-963a-dfb22bedd775', 't', 'job_failed', 'med_failed', 'media.examine', 'media.examine', 1, 0, 'dead', 1, 'n', 1795912965387, 1795912965387, 1795912965387, 0, '{"code": "internal", "hint": "", "detail": "It broke.", "retryable": false}', '{"job_id": "job_failed", "filename": "failed.mp4", "language": "en", "media_id": "med_failed", "tenant_id": "t", "size_bytes": 9, "original_key": "in/t/t/med_failed"}', 'Traceback', NULL, NULL, false),
	('45ccdfc8-d348-522c-8a6b-18038e2acfe9', 't', 'job_cancelled', 'med_cancelled', 'media.examine', 'media.examine', 1, 0, 'pending', 0, 'gateway-1', 1795912965387, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
	('d593db71-11e9-59e3-911e-06b81e3158b3', 't', 'job_running', 'med_running', 'media.examine', 'media.examine', 1, 0, 'running', 1, 'n', 1795912965387, 1795912965387, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
	('e0a9bc13-5da3-586b-b7f8-89942e9c8805', 't', 'job_en', 'med_en', 'media.examine', 'media.examine', 1, 0, 'completed', 1, 'n', 1795912965387, 1795912965387, 1795912965387, 0, NULL, NULL, NULL, NULL, NULL, false),
	('e278383e-3b7a-5aff-a43f-fb55669c193e', 't', 'job_ko', 'med_ko', 'media.examine', 'media.examine', 1, 0, 'pending', 0, 'gateway-1', 1795912965387, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
	('1eb1cb41-f2f4-5a23-84b9-6c17ae6bf410', 'drill', 'job_d', 'med_d', 'media.drill', 'media', 1, 0, 'pending', 1, 'n', 1795912965448, 1795912965448, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
	('f09a14ba-04d1-5738-a3c6-08fd87514cf2', 't', 'job_p', 'med_p', 'media.prepare_photo', 'media.examine', 1, 0, 'completed', 1, 'n', 1795912965448, 1795912965448, 1795912965448, 0, NULL, NULL, NULL, NULL, NULL, false),
	('3caf016b-bb21-5bd8-85a2-c8bf92604746', 't', 'job_p', 'med_p', 'ai.classify_photo', 'ai', 1, 0, 'completed', 1, 'n', 1795912965456, 1795912965456, 1700000000000, 0, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO eba3d7a.transcript VALUES
	('med_en', 't', 'en', 60000, 'ear-1', '{}'),
	('med_ko', 't', 'ko', 60000, 'ear-1', '{}');
SELECT pg_catalog.setval('eba3d7a.task_event_arrival_seq', 26, true);
ALTER TABLE ONLY eba3d7a.ai_spending
    ADD CONSTRAINT ai_spending_pkey PRIMARY KEY (journal_id, seq, place);
ALTER TABLE ONLY eba3d7a.ai_spent_day
    ADD CONSTRAINT ai_spent_day_pkey PRIMARY KEY (tenant_id, day);
ALTER TABLE ONLY eba3d7a.answer_claim
    ADD CONSTRAINT answer_claim_pkey PRIMARY KEY (tenant_id, answer_key);
ALTER TABLE ONLY eba3d7a.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (key_id);
ALTER TABLE ONLY eba3d7a.api_turn
    ADD CONSTRAINT api_turn_pkey PRIMARY KEY (api);
ALTER TABLE ONLY eba3d7a.generation
    ADD CONSTRAINT generation_pkey PRIMARY KEY (generation);
ALTER TABLE ONLY eba3d7a.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY eba3d7a.journal_watermark
    ADD CONSTRAINT journal_watermark_pkey PRIMARY KEY (journal_id);
ALTER TABLE ONLY eba3d7a.lane_pause
    ADD CONSTRAINT lane_pause_pkey PRIMARY KEY (lane);
ALTER TABLE ONLY eba3d7a.media
    ADD CONSTRAINT media_pkey PRIMARY KEY (media_id);
ALTER TABLE ONLY eba3d7a.passage
    ADD CONSTRAINT passage_pkey PRIMARY KEY (passage_id);
ALTER TABLE ONLY eba3d7a.photo_feedback
    ADD CONSTRAINT photo_feedback_pkey PRIMARY KEY (feedback_id);
ALTER TABLE ONLY eba3d7a.photo
    ADD CONSTRAINT photo_pkey PRIMARY KEY (media_id);
ALTER TABLE ONLY eba3d7a.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (number);
ALTER TABLE ONLY eba3d7a.segment
    ADD CONSTRAINT segment_pkey PRIMARY KEY (media_id, n);
ALTER TABLE ONLY eba3d7a.task_event
    ADD CONSTRAINT task_event_pkey PRIMARY KEY (journal_id, seq);
ALTER TABLE ONLY eba3d7a.task_execution_history
    ADD CONSTRAINT task_execution_history_pkey PRIMARY KEY (task_id, attempt_id);
ALTER TABLE ONLY eba3d7a.task_log
    ADD CONSTRAINT task_log_pkey PRIMARY KEY (task_id);
ALTER TABLE ONLY eba3d7a.transcript
    ADD CONSTRAINT transcript_pkey PRIMARY KEY (media_id);
CREATE INDEX ai_spending_day ON eba3d7a.ai_spending USING btree (tenant_id, at_ms);
CREATE INDEX ai_spending_job ON eba3d7a.ai_spending USING btree (job_id);
CREATE INDEX answer_claim_until ON eba3d7a.answer_claim USING btree (until_ms);
CREATE INDEX applied_result_job ON eba3d7a.applied_result USING btree (job_id, run);
CREATE INDEX attempt_odd ON eba3d7a.task_execution_history USING btree (outcome, ended_ms) WHERE (outcome = ANY (ARRAY['unknown'::text, 'superseded'::text]));
CREATE INDEX attempt_open ON eba3d7a.task_execution_history USING btree (node) WHERE (outcome IS NULL);
CREATE INDEX job_cancelled ON eba3d7a.job USING btree (cancelled_ms) WHERE (cancelled_ms IS NOT NULL);
CREATE INDEX job_media ON eba3d7a.job USING btree (media_id);
CREATE INDEX job_newest ON eba3d7a.job USING btree (tenant_id, created_ms DESC, job_id DESC);
CREATE INDEX job_open ON eba3d7a.job USING btree (created_ms) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX job_status ON eba3d7a.job USING btree (tenant_id, status, created_ms DESC, job_id DESC);
CREATE INDEX job_unswept ON eba3d7a.job USING btree (unswept_ms) WHERE (unswept_ms IS NOT NULL);
CREATE INDEX media_job ON eba3d7a.media USING btree (job_id);
CREATE INDEX media_newest ON eba3d7a.media USING btree (tenant_id, created_ms DESC, media_id DESC);
CREATE INDEX media_photos ON eba3d7a.media USING btree (tenant_id, created_ms DESC, media_id DESC) WHERE (kind = 'photo'::text);
CREATE INDEX passage_bigrams ON eba3d7a.passage USING gin (bg);
CREATE INDEX passage_media ON eba3d7a.passage USING btree (tenant_id, media_id);
CREATE INDEX passage_of_media ON eba3d7a.passage USING btree (media_id);
CREATE INDEX passage_vectors_a13c7995d367 ON eba3d7a.passage USING hnsw (((embedding)::public.halfvec(4)) public.halfvec_cosine_ops) WITH (m='16', ef_construction='64') WHERE (generation = 'toy-4'::text);
CREATE INDEX passage_words ON eba3d7a.passage USING gin (lex);
CREATE INDEX photo_feedback_media ON eba3d7a.photo_feedback USING btree (media_id);
CREATE INDEX photo_feedback_newest ON eba3d7a.photo_feedback USING btree (tenant_id, at_ms DESC, feedback_id DESC);
CREATE INDEX task_event_job ON eba3d7a.task_event USING btree (job_id);
CREATE INDEX task_event_task ON eba3d7a.task_event USING btree (task_id);
CREATE INDEX task_log_dead ON eba3d7a.task_log USING btree (ended_ms DESC, task_id DESC) WHERE ((state = 'dead'::text) AND (discarded_ms IS NULL));
CREATE INDEX task_log_job ON eba3d7a.task_log USING btree (job_id);
CREATE INDEX task_log_state ON eba3d7a.task_log USING btree (state, actor);
ALTER TABLE ONLY eba3d7a.passage
    ADD CONSTRAINT passage_generation_fkey FOREIGN KEY (generation) REFERENCES eba3d7a.generation(generation);
ALTER TABLE ONLY eba3d7a.passage
    ADD CONSTRAINT passage_media_id_fkey FOREIGN KEY (media_id) REFERENCES eba3d7a.transcript(media_id) ON DELETE CASCADE;
ALTER TABLE ONLY eba3d7a.photo_feedback
    ADD CONSTRAINT photo_feedback_media_id_fkey FOREIGN KEY (media_id) REFERENCES eba3d7a.photo(media_id) ON DELETE CASCADE;
ALTER TABLE ONLY eba3d7a.photo
    ADD CONSTRAINT photo_media_id_fkey FOREIGN KEY (media_id) REFERENCES eba3d7a.media(media_id) ON DELETE CASCADE;
ALTER TABLE ONLY eba3d7a.segment
    ADD CONSTRAINT segment_media_id_fkey FOREIGN KEY (media_id) REFERENCES eba3d7a.transcript(media_id) ON DELETE CASCADE;
ALTER TABLE ONLY eba3d7a.task_execution_history
    ADD CONSTRAINT task_execution_history_task_id_fkey FOREIGN KEY (task_id) REFERENCES eba3d7a.task_log(task_id) ON DELETE CASCADE;
ALTER TABLE ONLY eba3d7a.transcript
    ADD CONSTRAINT transcript_media_id_fkey FOREIGN KEY (media_id) REFERENCES eba3d7a.media(media_id) ON DELETE CASCADE;
