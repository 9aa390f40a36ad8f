"""Names that more than one part of Parlor needs."""

from typing import Final

DOMAIN: Final = "parlor"

SUBENTRY_MODEL_SERVER: Final = "model_server"
SUBENTRY_CONVERSATION: Final = "conversation"
SUBENTRY_AI_TASK: Final = "ai_task_data"
SUBENTRY_STT: Final = "stt"
SUBENTRY_TTS: Final = "tts"

# Entry options
CONF_SERVER_ORDER: Final = "server_order"
CONF_OFFER_TOOLS: Final = "offer_tools"
CONF_EVENT_WORDS: Final = "event_words"

# model_server subentries, besides Home Assistant's CONF_URL, CONF_API_KEY, CONF_VERIFY_SSL and CONF_MODEL.
# What makes Ollama reload a model when it differs is kept per server, so that every request sends the same.
CONF_NUM_CTX: Final = "num_ctx"
CONF_NUM_BATCH: Final = "num_batch"
CONF_KEEP_ALIVE: Final = "keep_alive"
CONF_THINK: Final = "think"
# What the user has allowed besides the addresses of every home: 100.64.0.0/10 as a whole, and one IP address.
CONF_ALLOW_SHARED: Final = "allow_shared"
CONF_ALLOWED_ADDRESS: Final = "allowed_address"
# That addresses of 100.64.0.0/10 are in use from a time when nobody was asked, until somebody is.
CONF_SHARED_UNASKED: Final = "shared_unasked"
# A group of limits in seconds; what is left out has the usual one.
CONF_LIMITS: Final = "limits"
CONF_CONNECT_LIMIT: Final = "connect"
CONF_FIRST_LIMIT: Final = "first_token"
CONF_TOTAL_LIMIT: Final = "total"

# conversation and ai_task_data subentries. How an own model is run: CONF_NUM_CTX, CONF_KEEP_ALIVE and CONF_THINK,
# each optional.
CONF_TUNING: Final = "tuning"
CONF_INSTRUCTIONS: Final = "instructions"
CONF_TEMPERATURE: Final = "temperature"
CONF_LOCAL_ROUTE: Final = "local_route"
CONF_ASK_FIRST: Final = "ask_first"

# stt and tts subentries
CONF_PLACE: Final = "place"
CONF_URI: Final = "uri"
CONF_WHISPER: Final = "whisper"
CONF_FALLBACK: Final = "fallback"
FALLBACK_PREFIX: Final = "fallback_"  # of what is allowed for the fallback: CONF_ALLOW_SHARED and the like
CONF_LANGUAGES: Final = "languages"
CONF_VOICE: Final = "voice"
CONF_SPEAKER: Final = "speaker"
CONF_SPEED: Final = "speed"
PLACE_LOCAL: Final = "local"
PLACE_SERVER: Final = "server"
PLACE_NONE: Final = "none"

# What the speech-to-text entity returns instead of words when it cannot hear at all: the pipeline would end without a
# sound, so a Parlor agent says what is wrong. A code point no speech recogniser writes keeps it apart from words.
EARS_FAILED: Final = "\u2063parlor ears failed\u2063"

# Entry data: what the user chose and what set-up did about it
CONF_PREFERRED: Final = "preferred"
CONF_PIPELINE_ID: Final = "pipeline_id"
CONF_PIPELINE_MADE: Final = "pipeline_made"
CONF_PIPELINE_BEFORE: Final = "pipeline_before"

# Reauthentication: which model server wants a key
CONF_SUBENTRY_ID: Final = "subentry_id"
