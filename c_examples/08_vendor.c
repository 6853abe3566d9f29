/*
 * Opaque templates: a closed SDK's own comparison behind a function. The stand-in here
 * counts the bits that two templates have in common; the library keeps the templates and
 * does the rest: slots, search, margin, deadline, rules.
 */
#include <time.h>

#include "example.h"

/* Bytes of a template. A made-up one agrees with another one in about half of its bits. */
#define SIZE 64
#define BITS (8 * SIZE)

/* What the comparison works with, and what it is told to do. One thread at a time may use it;
   the comparison itself keeps nothing and may run in several. */
struct vendor {
    int calls;
    size_t most;       /* templates of one call */
    int32_t answer;    /* 0, or the number of a failure */
    long milliseconds; /* that one call takes */
};

struct finger {
    unsigned char bytes[SIZE];
};

static void make_finger(struct finger *finger, uint64_t seed) {
    for (int i = 0; i < SIZE; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        finger->bytes[i] = (unsigned char)(seed >> 33);
    }
}

/* The same finger at the door: some bits are other ones. */
static void capture(struct finger *probe, const struct finger *finger, int flipped) {
    *probe = *finger;
    for (int i = 0; i < flipped; i++) {
        int bit = i * 37 % BITS; /* 37 and 512 have no factor in common: all different */
        probe->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

static void sleep_for(long milliseconds) {
    clock_t end = clock() + milliseconds * (CLOCKS_PER_SEC / 1000);
    while (clock() < end) {
    }
}

/* The vendor's comparison, as KAIMEN_FORMAT_OPAQUE wants it. */
static int32_t compare(void *user, const void *probe, size_t probe_size,
                       const void *const *templates, const size_t *sizes, size_t count,
                       int32_t *scores) {
    struct vendor *vendor = user;
    const unsigned char *bytes = probe;
    if (vendor != NULL) {
        vendor->calls++;
        vendor->most = count > vendor->most ? count : vendor->most;
        sleep_for(vendor->milliseconds);
    }
    for (size_t i = 0; i < count; i++) {
        const unsigned char *enrolled = templates[i];
        if (probe_size != SIZE || sizes[i] != SIZE) {
            continue; /* not compared: the score stays KAIMEN_SCORE_NONE */
        }
        int32_t equal = 0;
        for (int bit = 0; bit < BITS; bit++) {
            equal += ((bytes[bit / 8] ^ enrolled[bit / 8]) >> bit % 8 & 1) == 0;
        }
        scores[i] = equal;
    }
    return vendor != NULL ? vendor->answer : 0;
}

static kaimen_engine *open_for(struct vendor *vendor, uint32_t deadline_ms, uint32_t threads) {
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_engine *engine = NULL;
    kaimen_algorithm_init(&algorithm);
    algorithm.modality = KAIMEN_MODALITY_FINGER;
    algorithm.format = KAIMEN_FORMAT_OPAQUE;
    algorithm.compare = compare;
    algorithm.user = vendor;
    algorithm.deadline_ms = deadline_ms;
    algorithm.threshold = 400; /* of 512, on the vendor's own scale */
    algorithm.margin = 50;
    algorithm.floor = 0; /* tell how far everybody else is, too */
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    config.threads = threads;
    config.max_finger_templates = 1000;
    config.max_template_bytes = SIZE;
    config.max_opaque_bytes = 1000 * SIZE;
    CHECK(kaimen_engine_open(&config, &engine, NULL) == KAIMEN_OK);
    return engine;
}

/* One member with some fingers; `rule` is a pass rule. */
static void add_member(struct text *answer, const char *userid, const char *rule,
                       const struct finger *fingers, int count) {
    if (answer->data[answer->size - 1] == '}') {
        text_add(answer, ",");
    }
    text_add(answer, "{\"userid\":\"%s\",\"user_type\":0,\"fp_ver\":1,", userid);
    text_add(answer, "\"pass_rule_list\":[{\"id\":7,\"rule\":\"%s\"}],\"fp\":[", rule);
    for (int i = 0; i < count; i++) {
        text_add(answer, "%s{\"id\":%d,\"data\":\"", i > 0 ? "," : "", i);
        text_add_base64(answer, fingers[i].bytes, SIZE);
        text_add(answer, "\"}");
    }
    text_add(answer, "]}");
}

static void apply(kaimen_engine *engine, struct text *answer) {
    answer_end(answer);
    CHECK(kaimen_engine_sync(engine, NULL, 0, answer->data, answer->size, NULL, NULL) ==
          KAIMEN_OK);
}

static void make_finger_probe(kaimen_probe *probe, const struct finger *finger) {
    kaimen_probe_init(probe);
    probe->encoding = KAIMEN_PROBE_TEMPLATE;
    probe->data = finger->bytes;
    probe->size = SIZE;
}

/* A page with two members: alice with two fingers, at any time; bob with one, at night. */
static void import(kaimen_engine *engine) {
    static struct text answer;
    struct finger fingers[3];
    kaimen_stats stats;
    for (int i = 0; i < 3; i++) {
        make_finger(&fingers[i], (uint64_t)i);
    }
    answer_begin(&answer, "sync-1");
    add_member(&answer, "alice", "0:00-23:59 * * * *", &fingers[0], 2);
    add_member(&answer, "bob", "20:00-23:59 * * * *", &fingers[2], 1);
    apply(engine, &answer);
    kaimen_stats_init(&stats);
    CHECK(kaimen_engine_stats(engine, &stats, NULL) == KAIMEN_OK);
    CHECK(stats.members == 2 && stats.finger_templates == 3 && stats.opaque_bytes == 3 * SIZE);
}

static void identify(kaimen_engine *engine, struct vendor *vendor) {
    struct finger finger, captured;
    kaimen_probe probe;
    kaimen_decision decision;
    kaimen_candidate candidates[2];
    size_t count = 0;

    make_finger(&finger, 1);
    capture(&captured, &finger, 40);
    make_finger_probe(&probe, &captured);
    kaimen_decision_init(&decision);
    vendor->calls = 0;
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_OK);
    CHECK(vendor->calls == 1 && vendor->most == 3);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS && strcmp(decision.userid, "alice") == 0);
    CHECK(decision.slot == 1 && decision.score == BITS - 40 && decision.threshold == 400);
    printf("alice, slot 1: %d of %d bits, %d ahead\n", (int)decision.score, BITS,
           (int)decision.margin);

    /* Who it is comes first, whether they may pass second. */
    make_finger(&finger, 2);
    make_finger_probe(&probe, &finger);
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_DENY && strcmp(decision.userid, "bob") == 0);
    CHECK(decision.reason == KAIMEN_REASON_OUTSIDE_RULES);

    CHECK(kaimen_engine_verify_finger(engine, &probe, "alice", KAIMEN_USER_STAFF, MONDAY_MORNING,
                                      &decision, NULL) == KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN && decision.score < 400);

    kaimen_candidate_init(&candidates[0]);
    CHECK(kaimen_engine_search_finger(engine, &probe, 0, candidates, 2, &count, NULL) ==
          KAIMEN_OK);
    CHECK(count == 2 && strcmp(candidates[0].userid, "bob") == 0);
    CHECK(candidates[0].score == BITS && candidates[1].score < 400);

    /* A probe that the comparison leaves out finds nobody. */
    probe.size = SIZE - 1;
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN && decision.score == KAIMEN_SCORE_NONE);
    CHECK(decision.margin == KAIMEN_MARGIN_NONE);
}

/* The comparison fails: there is no decision, and the vendor's number is in the detail. */
static void fail(kaimen_engine *engine, struct vendor *vendor) {
    struct finger finger;
    kaimen_probe probe;
    kaimen_decision decision;
    kaimen_detail detail;
    make_finger(&finger, 0);
    make_finger_probe(&probe, &finger);
    kaimen_decision_init(&decision);
    kaimen_detail_init(&detail);
    vendor->answer = -42;
    decision.verdict = KAIMEN_VERDICT_PASS;
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, &detail) ==
          KAIMEN_ERR_MATCHER);
    CHECK(decision.verdict == 0 && detail.matcher_status == -42);
    printf("%s: %s\n", kaimen_status_name(detail.status), detail.message);
    decision.verdict = KAIMEN_VERDICT_PASS;
    CHECK(kaimen_engine_verify_finger(engine, &probe, "alice", KAIMEN_USER_STAFF, MONDAY_MORNING,
                                      &decision, &detail) == KAIMEN_ERR_MATCHER);
    CHECK(decision.verdict == 0);
    vendor->answer = 0;
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, &detail) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS);
}

/* More templates than one call takes: 75 members with four fingers each. */
static void import_many(kaimen_engine *engine) {
    static struct text answer;
    struct finger fingers[4];
    answer_begin(&answer, "sync-2");
    for (int i = 0; i < 75; i++) {
        char userid[24];
        snprintf(userid, sizeof userid, "member-%d", i);
        for (int slot = 0; slot < 4; slot++) {
            make_finger(&fingers[slot], 1000 + (uint64_t)(4 * i + slot));
        }
        add_member(&answer, userid, "0:00-23:59 * * * *", fingers, 4);
    }
    apply(engine, &answer);
}

/* Less time than two calls take. */
static void run_late(struct vendor *vendor) {
    kaimen_engine *engine = open_for(vendor, 40, 1);
    struct finger finger;
    kaimen_probe probe;
    kaimen_decision decision;
    kaimen_detail detail;
    import_many(engine);
    make_finger(&finger, 1000);
    make_finger_probe(&probe, &finger);
    kaimen_decision_init(&decision);
    kaimen_detail_init(&detail);
    vendor->milliseconds = 60;
    vendor->calls = 0;
    decision.verdict = KAIMEN_VERDICT_PASS;
    /* member-0 was met in time, but half a gallery decides nothing. */
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, &detail) ==
          KAIMEN_ERR_DEADLINE);
    CHECK(decision.verdict == 0 && vendor->calls <= 1); /* 0 if this program was asleep */
    printf("%s: %s\n", kaimen_status_name(detail.status), detail.message);
    vendor->milliseconds = 0;
    kaimen_engine_close(engine);
}

/* The engine's threads share the gallery; the decision is the same. */
static void run_threads(struct vendor *vendor) {
    kaimen_engine *alone = open_for(vendor, 0, 1), *together = open_for(NULL, 60000, 2);
    struct finger finger, captured;
    kaimen_probe probe;
    kaimen_decision one, other;
    import_many(alone);
    import_many(together);
    kaimen_decision_init(&one);
    kaimen_decision_init(&other);
    for (int i = 0; i < 300; i += 23) {
        make_finger(&finger, 1000 + (uint64_t)i);
        capture(&captured, &finger, i);
        make_finger_probe(&probe, &captured);
        CHECK(kaimen_engine_identify_finger(alone, &probe, MONDAY_MORNING, &one, NULL) ==
              KAIMEN_OK);
        CHECK(kaimen_engine_identify_finger(together, &probe, MONDAY_MORNING, &other, NULL) ==
              KAIMEN_OK);
        CHECK(memcmp(&one, &other, sizeof one) == 0);
        CHECK((one.verdict == KAIMEN_VERDICT_PASS) == (BITS - i >= 400));
    }
    kaimen_engine_close(alone);
    kaimen_engine_close(together);
}

/* What cannot be right is refused when the engine is opened. */
static void refuse(void) {
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_engine *engine = NULL;
    kaimen_detail detail;
    kaimen_algorithm_init(&algorithm);
    algorithm.format = KAIMEN_FORMAT_OPAQUE;
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    kaimen_detail_init(&detail);
    CHECK(kaimen_engine_open(&config, &engine, &detail) == KAIMEN_ERR_ARGUMENT);
    CHECK(engine == NULL && strcmp(detail.field, "compare") == 0);
    make_algorithm(&algorithm);
    algorithm.compare = compare;
    CHECK(kaimen_engine_open(&config, &engine, &detail) == KAIMEN_ERR_ARGUMENT);
    CHECK(engine == NULL && strcmp(detail.field, "compare") == 0);
    algorithm.compare = NULL;
    algorithm.deadline_ms = 5;
    CHECK(kaimen_engine_open(&config, &engine, &detail) == KAIMEN_ERR_ARGUMENT);
    CHECK(engine == NULL && strcmp(detail.field, "deadline_ms") == 0);
}

int main(void) {
    struct vendor vendor = {0, 0, 0, 0};
    kaimen_engine *engine = open_for(&vendor, 0, 1);
    import(engine);
    identify(engine, &vendor);
    fail(engine, &vendor);
    kaimen_engine_close(engine);
    run_late(&vendor);
    run_threads(&vendor);
    refuse();
    CHECK(kaimen_live_handles() == 0);
    puts("ok");
    return 0;
}
