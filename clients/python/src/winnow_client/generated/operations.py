"""The operations of the API. Made from the OpenAPI document by tools/apitypes: do not edit."""

# ruff: noqa: E501

from winnow_client.generated import models
from winnow_client.operation import Operation

GET_ACCOUNT: Operation[models.Account] = Operation("GET", "/v1/account", {200: models.Account})
"""The account that is signed in; a key has none."""
CHANGE_PASSWORD: Operation[bytes] = Operation("PUT", "/v1/account/password", {204: bytes})
"""Change its password. Its other sessions end, at every gateway within five seconds; this one goes on with another cookie and another csrf, which GET /v1/session tells."""
LIST_ACCOUNT_SESSIONS: Operation[models.AccountSessions] = Operation(
    "GET", "/v1/account/sessions", {200: models.AccountSessions}
)
"""Where it is signed in, the last used first; last_seen_at is up to a minute behind."""
END_ACCOUNT_SESSIONS: Operation[models.SessionsEnded] = Operation(
    "DELETE", "/v1/account/sessions", {200: models.SessionsEnded}
)
"""Sign it out everywhere, here too, within five seconds."""
END_ACCOUNT_SESSION: Operation[models.SessionsEnded] = Operation(
    "DELETE", "/v1/account/sessions/{session_id}", {200: models.SessionsEnded}
)
"""Sign it out there, within five seconds. It is no error if that session has ended."""
READ_BATCH: Operation[models.ReadBatchAnswer] = Operation(
    "GET", "/v1/batches/{batch_id}", {200: models.ReadBatchAnswer}
)
"""How the jobs of a batch stand, those that index knows by now."""
FOLLOW_ACCOUNT: Operation[models.JobEvents] = Operation("GET", "/v1/events", {200: models.JobEvents})
"""Follow all jobs of the caller's account: events status, stage and progress; live once all before is told; reset, list again, if the last id is older than 24 h. As JSON, what came after an id."""
LIST_FEEDBACK: Operation[models.LabelPage] = Operation("GET", "/v1/feedback", {200: models.LabelPage})
"""Corrections with what had been said, as labelled data: a page of JSON, or every one as NDJSON."""
LIST_FEEDS: Operation[models.Feeds] = Operation("GET", "/v1/feeds", {200: models.Feeds})
"""The podcast feeds of the caller's account, the newest first."""
CREATE_FEED: Operation[models.Feed] = Operation("POST", "/v1/feeds", {201: models.Feed}, takes_key=True)
"""Subscribe to a podcast feed (RSS or Atom): its first look begins at once, and each episode that appears later becomes a recording. The first look takes the newest 3, or as many as keep says, or all that were published since. A feed that is there already stays as it is."""
GET_FEED: Operation[models.FeedWithEpisodes] = Operation("GET", "/v1/feeds/{feed_id}", {200: models.FeedWithEpisodes})
"""One feed: its last and next look, what was wrong with the last one, and its newest recordings."""
CHANGE_FEED: Operation[models.Feed] = Operation("PATCH", "/v1/feeds/{feed_id}", {200: models.Feed})
"""Change a feed's address, its name, or which episodes are taken. keep and since are one choice: one that is given replaces both, and the next look, which begins at once, decides by it on all episodes that were not taken, also those that were passed over. An empty name is the feed's own."""
DELETE_FEED: Operation[bytes] = Operation("DELETE", "/v1/feeds/{feed_id}", {204: bytes})
"""Take nothing more of a feed. The recordings stay."""
CHECK_FEED: Operation[models.Feed] = Operation("POST", "/v1/feeds/{feed_id}/check", {202: models.Feed}, takes_key=True)
"""Look at a feed now, unless a look is under way. Half a minute after a look somebody may ask again."""
LIST_JOBS: Operation[models.JobPage] = Operation("GET", "/v1/jobs", {200: models.JobPage})
"""The jobs, newest first."""
GET_JOB: Operation[models.Job] = Operation("GET", "/v1/jobs/{job_id}", {200: models.Job})
"""One job with its stages; a failed one has its error as a problem object."""
CANCEL_JOB: Operation[models.Job] = Operation("POST", "/v1/jobs/{job_id}/cancel", {200: models.Job}, takes_key=True)
"""Stop a job: what waits is not begun, what runs ends at its next step."""
FOLLOW_JOB: Operation[models.JobChange] = Operation("GET", "/v1/jobs/{job_id}/events", {200: models.JobChange})
"""Follow a job: events stage, progress and done, each with the whole job; or long-poll as JSON."""
RETRY_JOB: Operation[models.Job] = Operation("POST", "/v1/jobs/{job_id}/retry", {202: models.Job}, takes_key=True)
"""Run a failed or cancelled job again, from where it ended; its run rises as soon as that begins."""
GET_JOB_TRACE: Operation[models.Trace] = Operation("GET", "/v1/jobs/{job_id}/trace", {200: models.Trace})
"""Every task, attempt, step and event of a job, oldest first."""
BEGIN_JOBS: Operation[models.BeginJobsAnswer] = Operation(
    "POST", "/v1/jobs:batch", {202: models.BeginJobsAnswer}, takes_key=True
)
"""Begin up to 1000 jobs, all of them or none: drills, which touch nobody's data. The job 'then' begins once all of them have ended, however they did."""
UPLOAD_MEDIA: Operation[models.Accepted] = Operation("POST", "/v1/media", {202: models.Accepted}, takes_key=True)
"""Send a recording: as raw body with ?filename=, of any size up to the limit, or as a small form. A form may have its captions (WebVTT or SubRip, talk.ko.srt) as a second file: they are taken as what is said. Or, where links are fetched, a link to it as JSON."""
LIST_MEDIA: Operation[models.MediaPage] = Operation("GET", "/v1/media", {200: models.MediaPage})
"""The recordings and photos, newest first."""
GET_MEDIA: Operation[models.Media] = Operation("GET", "/v1/media/{media_id}", {200: models.Media})
"""One recording or photo; its ETag changes with its title and tags."""
DELETE_MEDIA: Operation[bytes] = Operation("DELETE", "/v1/media/{media_id}", {204: bytes})
"""Delete a recording or photo with everything that was made and told of it. It is not found from then on; its files are gone within minutes. What still runs of it ends, and nothing of that is kept."""
EDIT_MEDIA: Operation[models.Media] = Operation("PATCH", "/v1/media/{media_id}", {200: models.Media})
"""Edit the title and tags of a recording or photo; tags null: none. The rest stays as it is."""
GET_CAPTIONS: Operation[models.Captions] = Operation("GET", "/v1/media/{media_id}/captions", {200: models.Captions})
"""The captions that a recording has, and whether they were sent or heard; none where nothing is said."""
PUT_CAPTIONS: Operation[models.Job] = Operation("PUT", "/v1/media/{media_id}/captions/{language}", {202: models.Job})
"""Replace what is said in a finished recording by captions in this language (WebVTT or SubRip, up to 5 MiB). What is there is served until they are embedded."""
EXPORT_MEDIA: Operation[bytes] = Operation("GET", "/v1/media/{media_id}/export", {200: bytes})
"""All that is known of a recording or photo, with the history of its job, as a ZIP file."""
GET_POSTER: Operation[bytes] = Operation("GET", "/v1/media/{media_id}/poster", {200: bytes, 206: bytes})
"""A still picture of it."""
REPROCESS_MEDIA: Operation[models.Job] = Operation(
    "POST", "/v1/media/{media_id}/reprocess", {202: models.Job}, takes_key=True
)
"""Process a recording again: from transcribe, what is said is written down anew; from embed, its passages get the vectors of the present model. A text that came as captions stays, unless replace_captions says that it goes. Or a photo: from classify, the present model looks at it; from guidance, the present rules apply to what was found. Either in another language, or by the rules of another region. What is there is served until the new result replaces it. The job's run rises as soon as that begins."""
GET_STREAM: Operation[bytes] = Operation("GET", "/v1/media/{media_id}/stream", {200: bytes, 206: bytes})
"""The recording, to play."""
GET_THUMBNAIL: Operation[bytes] = Operation("GET", "/v1/media/{media_id}/thumbnail", {200: bytes, 206: bytes})
"""A small still picture of it."""
GET_TRANSCRIPT: Operation[models.Transcript] = Operation(
    "GET", "/v1/media/{media_id}/transcript", {200: models.Transcript}
)
"""What is said in it, as Accept asks."""
GET_TRANSCRIPT_FORM: Operation[models.Transcript] = Operation(
    "GET", "/v1/media/{media_id}/transcript.{form}", {200: models.Transcript}
)
"""What is said in it, as JSON, WebVTT, SubRip or plain text."""
REPROCESS_MATCHING: Operation[models.ReprocessSlice] = Operation(
    "POST", "/v1/media:reprocess", {200: models.ReprocessSlice}, takes_key=True
)
"""Process the next 100 again of all ready recordings, or photos, that match, as reprocess_media does with each; from says which of the two. They stand behind all other work. With dry_run nothing is done, and matches says how many there are. To go on, send audit_id and next_cursor back. The audit log has one entry for all, which tells how far it is."""
SEND_PHOTO: Operation[models.Photo | models.Accepted] = Operation(
    "POST", "/v1/photos", {200: models.Photo, 202: models.Accepted}, takes_key=True
)
"""Send a photo of waste, up to 32 MB: as a form, or as raw body with ?filename=. Or, where links are fetched, a link to it as JSON."""
LIST_PHOTOS: Operation[models.PhotoPage] = Operation("GET", "/v1/photos", {200: models.PhotoPage})
"""The photos, newest first."""
GET_PHOTO: Operation[models.Photo] = Operation("GET", "/v1/photos/{photo_id}", {200: models.Photo})
"""One photo with what was found on it; a failed or cancelled one has its error as a problem object."""
DELETE_PHOTO: Operation[bytes] = Operation("DELETE", "/v1/photos/{photo_id}", {204: bytes})
"""Delete a photo with everything that was made and told of it, as delete_media."""
GET_CLASSIFICATION: Operation[models.Classification] = Operation(
    "GET", "/v1/photos/{photo_id}/classification", {200: models.Classification}
)
"""What was found on a photo and how it is thrown away; a failed or cancelled one answers its problem."""
EXPORT_PHOTO: Operation[bytes] = Operation("GET", "/v1/photos/{photo_id}/export", {200: bytes})
"""All that is known of a photo, as export_media. The original may tell where it was taken."""
CORRECT_PHOTO: Operation[models.Correction] = Operation(
    "POST", "/v1/photos/{photo_id}/feedback", {201: models.Correction}, takes_key=True
)
"""Say what is really on a photo; the correction is kept beside the answer."""
GET_PHOTO_IMAGE: Operation[bytes] = Operation("GET", "/v1/photos/{photo_id}/image", {200: bytes, 206: bytes})
"""The photo, at most 2048 px a side, upright and without metadata."""
GET_PHOTO_ORIGINAL: Operation[bytes] = Operation("GET", "/v1/photos/{photo_id}/original", {200: bytes, 206: bytes})
"""The file as it was sent, to download; it may tell where it was taken."""
GET_PHOTO_THUMBNAIL: Operation[bytes] = Operation("GET", "/v1/photos/{photo_id}/thumbnail", {200: bytes, 206: bytes})
"""The photo, at most 300 px a side, otherwise the same."""
LIST_RULES: Operation[models.Rules] = Operation("GET", "/v1/rules", {200: models.Rules})
"""Every disposal rule of a region with its source, and the regions there are."""
GET_RULE: Operation[models.Rule] = Operation("GET", "/v1/rules/{item}", {200: models.Rule})
"""The rule for an item: its own, else its category's, else the general one; fallback says so."""
SEARCH: Operation[models.Hits] = Operation("GET", "/v1/search", {200: models.Hits})
"""Find the moments where something is said, by words, by meaning, or both."""
GET_SPENDING: Operation[models.Spending] = Operation("GET", "/v1/spending", {200: models.Spending})
"""Calls, tokens and cost of a day's AI calls by model, and the day's budget."""
DECLARE_UPLOAD: Operation[models.Upload] = Operation("POST", "/v1/uploads", {201: models.Upload}, takes_key=True)
"""Declare a file that will be sent in parts, which can go on after a break, with the options of its job. It has a day. parts holds the addresses of the first hundred. With sha256, and without again, a file that the account has stored already is not sent: the answer is already-stored, with its media and job."""
GET_UPLOAD: Operation[models.Upload] = Operation("GET", "/v1/uploads/{upload_id}", {200: models.Upload})
"""An upload with the parts that the store has; once it is completed, with its job."""
GIVE_UP_UPLOAD: Operation[bytes] = Operation("DELETE", "/v1/uploads/{upload_id}", {204: bytes})
"""Give an upload up, and remove what was sent."""
PUT_UPLOAD_CAPTIONS: Operation[models.SentCaptions] = Operation(
    "PUT", "/v1/uploads/{upload_id}/captions", {200: models.SentCaptions}
)
"""Send a recording's captions (WebVTT or SubRip, up to 5 MiB) before its upload is completed: they are taken as what is said, and nothing is transcribed. Captions that were sent before are replaced."""
COMPLETE_UPLOAD: Operation[models.Accepted] = Operation(
    "POST", "/v1/uploads/{upload_id}/complete", {202: models.Accepted}, takes_key=True
)
"""Put the parts together and begin the job. parts: the marks by which the sender knows them; without them the store's own count."""
SIGN_UPLOAD_PARTS: Operation[models.Upload] = Operation(
    "POST", "/v1/uploads/{upload_id}/parts", {200: models.Upload}, takes_key=True
)
"""Fresh addresses for parts, up to 100 at a time: those of the store are good for an hour."""
PUT_UPLOAD_PART: Operation[models.UploadPart] = Operation(
    "PUT", "/v1/uploads/{upload_id}/parts/{part}", {200: models.UploadPart}
)
"""Send a part through the gateway, with its Content-Length. One that was sent before is replaced."""
GET_USAGE: Operation[models.Usage] = Operation("GET", "/v1/usage", {200: models.Usage})
"""What the account stores, in bytes of the files that were sent, and how much it may store (null: no quota); its recordings and photos; the requests of its keys this month; what AI calls cost this month, and may cost a day (0: no limit)."""
LIST_WEBHOOKS: Operation[models.Webhooks] = Operation("GET", "/v1/webhooks", {200: models.Webhooks})
"""The webhooks of the caller's account, the newest first."""
CREATE_WEBHOOK: Operation[models.WebhookWithSecret] = Operation(
    "POST", "/v1/webhooks", {201: models.WebhookWithSecret}, takes_key=True
)
"""Tell an address of events, from now on. secret signs each delivery; it is in this answer alone, and a repeat by Idempotency-Key lacks it."""
REPLAY_WEBHOOK_DELIVERY: Operation[models.Delivery] = Operation(
    "POST", "/v1/webhooks/deliveries/{delivery_id}/replay", {202: models.Delivery}, takes_key=True
)
"""Send an event again that was delivered or has failed, with the same webhook-id."""
GET_WEBHOOK: Operation[models.Webhook] = Operation("GET", "/v1/webhooks/{webhook_id}", {200: models.Webhook})
"""One webhook. disabled_because says why nothing is delivered, and is empty while it is."""
CHANGE_WEBHOOK: Operation[models.Webhook] = Operation("PATCH", "/v1/webhooks/{webhook_id}", {200: models.Webhook})
"""Change its address, types or description, or switch it off and on."""
DELETE_WEBHOOK: Operation[bytes] = Operation("DELETE", "/v1/webhooks/{webhook_id}", {204: bytes})
"""Remove it with its secret and its deliveries. What is on its way ends before its next try."""
LIST_WEBHOOK_DELIVERIES: Operation[models.Deliveries] = Operation(
    "GET", "/v1/webhooks/{webhook_id}/deliveries", {200: models.Deliveries}
)
"""What it was told, the newest first: state, tries, the receiver's last status, when the next try is."""
ROTATE_WEBHOOK_SECRET: Operation[models.WebhookWithSecret] = Operation(
    "POST", "/v1/webhooks/{webhook_id}/rotate-secret", {200: models.WebhookWithSecret}, takes_key=True
)
"""Make a new secret, which is in this answer alone. For 24 hours the one before signs beside it."""
TEST_WEBHOOK: Operation[models.Delivery] = Operation(
    "POST", "/v1/webhooks/{webhook_id}/test", {202: models.Delivery}, takes_key=True
)
"""Send it an event of the type webhook.test, whichever types it wants."""
