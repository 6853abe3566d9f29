/* What the board does about a request: an engine is opened, filled, and asked. */
#include "door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kaimen.h"

static kaimen_engine *engine;
static unsigned char record[RECORD_BYTES];
static size_t record_size;
/* Who a page of the module's library belongs to. */
static char owners[PAGES][KAIMEN_USERID_BYTES + 1];
/* How often the door was opened, and how often not. */
static unsigned long opened, refused;

static void fail(const struct request *request, const char *what, kaimen_status status) {
    line_answer(request->number, "error %s %s", what, kaimen_status_name(status));
}

static void hello(const struct request *request) {
    kaimen_build_info info;
    kaimen_build_info_init(&info);
    const kaimen_status status = kaimen_build_info_get(&info, NULL);
    if (status != KAIMEN_OK) {
        fail(request, "build-info", status);
        return;
    }
    line_answer(request->number, "ok kaimen-door 1 %s %u %s %s %s", info.version,
                (unsigned)info.abi_version, info.target, info.tier,
                info.debug != 0 ? "debug" : "release");
}

/* open ZONE DIMENSION FACE-THRESHOLD FINGER-THRESHOLD: a new engine in the place of the old one. */
static void open_engine(const struct request *request) {
    int64_t dimension, face, finger;
    if (!line_number(request->words[2], 32, 2048, &dimension) ||
        !line_number(request->words[3], 1, INT32_MAX, &face) ||
        !line_number(request->words[4], 1, INT32_MAX, &finger)) {
        line_answer(request->number, "error argument");
        return;
    }
    kaimen_algorithm algorithms[2];
    kaimen_algorithm_init(&algorithms[0]);
    algorithms[0].dimension = (uint32_t)dimension;
    algorithms[0].threshold = (int32_t)face;
    kaimen_algorithm_init(&algorithms[1]);
    algorithms[1].modality = KAIMEN_MODALITY_FINGER;
    algorithms[1].format = KAIMEN_FORMAT_MINUTIAE;
    algorithms[1].threshold = (int32_t)finger;
    kaimen_config config;
    kaimen_config_init(&config);
    config.zone = request->words[1];
    config.algorithms = algorithms;
    config.algorithm_count = 2;
    config.max_members = 1000;
    config.max_face_templates = 1000;
    config.max_finger_templates = 1000;
    kaimen_engine_close(engine);
    engine = NULL;
    record_size = 0;
    opened = refused = 0;
    memset(owners, 0, sizeof owners);
    const kaimen_status status = kaimen_engine_open(&config, &engine, NULL);
    if (status == KAIMEN_OK) {
        line_answer(request->number, "ok");
    } else {
        fail(request, "open", status);
    }
}

static int digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* data HEX: more of a record, whose length so far is the answer. */
static void data(const struct request *request) {
    const char *hex = request->words[1];
    const size_t size = strlen(hex);
    if (size % 2 != 0 || size / 2 > sizeof record - record_size) {
        line_answer(request->number, "error length");
        return;
    }
    for (size_t i = 0; i < size; i += 2) {
        const int high = digit(hex[i]), low = digit(hex[i + 1]);
        if (high < 0 || low < 0) {
            line_answer(request->number, "error hex");
            return;
        }
        record[record_size + i / 2] = (unsigned char)(high << 4 | low);
    }
    record_size += size / 2;
    line_answer(request->number, "ok %zu", record_size);
}

/* Whether the record has the length that the request gives; it is used up either way. */
static bool take_record(const struct request *request, size_t *size) {
    int64_t expected;
    *size = record_size;
    record_size = 0;
    if (!line_number(request->words[1], 0, RECORD_BYTES, &expected) || (size_t)expected != *size) {
        line_answer(request->number, "error length");
        return false;
    }
    return true;
}

/* sync LENGTH: the record is an answer of the cloud. */
static void sync_members(const struct request *request) {
    size_t size;
    if (!take_record(request, &size)) {
        return;
    }
    kaimen_report *report = NULL;
    kaimen_report_summary summary;
    kaimen_report_summary_init(&summary);
    kaimen_status status =
        kaimen_engine_sync(engine, NULL, 0, (const char *)record, size, &report, NULL);
    if (status == KAIMEN_OK) {
        status = kaimen_report_summary_get(report, &summary, NULL);
        kaimen_report_free(report);
    }
    if (status != KAIMEN_OK) {
        fail(request, "sync", status);
        return;
    }
    line_answer(request->number, "ok %llu %llu",
                (unsigned long long)summary.counts[KAIMEN_ITEM_MEMBER_ADDED],
                (unsigned long long)(summary.counts[KAIMEN_ITEM_MEMBER_REJECTED] +
                                     summary.counts[KAIMEN_ITEM_TEMPLATE_REJECTED] +
                                     summary.counts[KAIMEN_ITEM_RULE_REJECTED]));
}

/* A userid in one word: what is not a letter, a digit, '-', '_' or '.' as %XX. */
static void put_userid(char *word, const char *userid) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    for (; *userid != '\0'; userid++) {
        if (strchr(plain, *userid) != NULL) {
            *word++ = *userid;
        } else {
            word += sprintf(word, "%%%02X", (unsigned)(unsigned char)*userid);
        }
    }
    *word = '\0';
}

/* Moves the lock, and says what was decided:
   decision VERDICT REASON SCORE MICROSECONDS "USERID". */
static void decided(const struct request *request, uint32_t verdict, uint32_t reason,
                    int32_t score, uint64_t took, const char *userid) {
    static char word[3 * KAIMEN_USERID_BYTES + 1];
    if (verdict == KAIMEN_VERDICT_PASS) {
        opened++; /* here, and nowhere else, firmware opens the door */
    } else {
        refused++;
    }
    put_userid(word, userid);
    line_answer(request->number, "decision %u %u %d %llu \"%s\"", (unsigned)verdict,
                (unsigned)reason, (int)score, (unsigned long long)took, word);
}

/* face LENGTH NOW and finger LENGTH NOW: the record is a probe. */
static void identify(const struct request *request, bool is_face) {
    size_t size;
    int64_t now;
    if (!take_record(request, &size)) {
        return;
    }
    if (!line_number(request->words[2], INT64_MIN, INT64_MAX, &now)) {
        line_answer(request->number, "error argument");
        return;
    }
    kaimen_probe probe;
    kaimen_probe_init(&probe);
    probe.encoding = KAIMEN_PROBE_TEMPLATE;
    probe.data = record;
    probe.size = size;
    kaimen_decision decision;
    kaimen_decision_init(&decision);
    const uint64_t begun = clock_microseconds();
    const kaimen_status status =
        is_face ? kaimen_engine_identify_face(engine, &probe, now, &decision, NULL)
                : kaimen_engine_identify_finger(engine, &probe, now, &decision, NULL);
    const uint64_t took = clock_microseconds() - begun;
    if (status != KAIMEN_OK) {
        fail(request, "identify", status);
        return;
    }
    decided(request, decision.verdict, decision.reason, decision.score, took, decision.userid);
}

/* module TTY BAUD: the fingerprint module of this board. */
static void use_module(const struct request *request) {
    int64_t baud;
    if (!line_number(request->words[2], 9600, 115200, &baud) ||
        !module_open(request->words[1], (long)baud)) {
        line_answer(request->number, "error module");
        return;
    }
    line_answer(request->number, "ok");
}

/* page PAGE USERID: whose finger is stored there. */
static void own_page(const struct request *request) {
    int64_t page;
    const char *userid = request->words[2];
    if (!line_number(request->words[1], 0, PAGES - 1, &page) ||
        strlen(userid) > KAIMEN_USERID_BYTES) {
        line_answer(request->number, "error argument");
        return;
    }
    strcpy(owners[page], userid);
    line_answer(request->number, "ok");
}

/* touch NOW MILLISECONDS: waits for a finger; the module says whose, the rules whether they pass. */
static void touch(const struct request *request) {
    int64_t now, wait;
    uint16_t page = 0;
    if (!line_number(request->words[1], INT64_MIN, INT64_MAX, &now) ||
        !line_number(request->words[2], 1, 60000, &wait)) {
        line_answer(request->number, "error argument");
        return;
    }
    switch (module_touch((unsigned)wait, &page)) {
    case TOUCH_NOBODY:
        line_answer(request->number, "error no-finger");
        return;
    case TOUCH_BROKEN:
        line_answer(request->number, "error module");
        return;
    case TOUCH_UNKNOWN:
        decided(request, KAIMEN_VERDICT_UNKNOWN, KAIMEN_REASON_BELOW_THRESHOLD, 0, 0, "");
        return;
    case TOUCH_FOUND:
        break;
    }
    if (page >= PAGES || owners[page][0] == '\0') {
        /* A finger of nobody's: fail closed. */
        decided(request, KAIMEN_VERDICT_UNKNOWN, KAIMEN_REASON_BELOW_THRESHOLD, 0, 0, "");
        return;
    }
    kaimen_access access;
    kaimen_access_init(&access);
    const uint64_t begun = clock_microseconds();
    const kaimen_status status = kaimen_engine_member_access(
        engine, owners[page], KAIMEN_USER_STAFF, now, &access, NULL);
    const uint64_t took = clock_microseconds() - begun;
    if (status != KAIMEN_OK) {
        fail(request, "access", status);
        return;
    }
    decided(request, access.verdict, access.reason, 0, took, owners[page]);
}

static void count_doors(const struct request *request) {
    line_answer(request->number, "ok %lu %lu", opened, refused);
}

static void face(const struct request *request) {
    identify(request, true);
}

static void finger(const struct request *request) {
    identify(request, false);
}

static const struct verb {
    const char *name;
    size_t words; /* its own counted */
    void (*act)(const struct request *request);
} verbs[] = {
    {"hello", 1, hello},       {"open", 5, open_engine}, {"data", 2, data},
    {"sync", 2, sync_members}, {"face", 3, face},        {"finger", 3, finger},
    {"module", 3, use_module}, {"page", 3, own_page},    {"touch", 3, touch},
    {"count", 1, count_doors},
};

void desk_serve(const struct request *request) {
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, request->words[0]) == 0) {
            if (verbs[i].words == request->count) {
                verbs[i].act(request);
            } else {
                line_answer(request->number, "error words");
            }
            return;
        }
    }
    line_answer(request->number, "error verb");
}
