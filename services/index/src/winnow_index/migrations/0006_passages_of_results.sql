-- Passages are inserted before their job is locked, each under its result; searches see those of the served result.
-- Their rows do not go with the transcript any more, which changes under the lock.
ALTER TABLE media ADD COLUMN served_result text NOT NULL DEFAULT '';
ALTER TABLE passage ADD COLUMN result text NOT NULL DEFAULT '';
ALTER TABLE passage DROP CONSTRAINT passage_pkey, ADD PRIMARY KEY (passage_id, result);
ALTER TABLE passage DROP CONSTRAINT passage_media_id_fkey;
ALTER TABLE passage ADD CONSTRAINT passage_media FOREIGN KEY (media_id) REFERENCES media ON DELETE CASCADE NOT VALID;
