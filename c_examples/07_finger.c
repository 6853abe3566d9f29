/*
 * Fingerprints: minutiae records of any standard format in the cloud's answer, a probe
 * from a sensor that lies turned, one member's finger (1:1), and a record in another
 * format.
 */
#include "example.h"

#define WIDTH 320
#define HEIGHT 360
#define MINUTIAE 40
#define MEMBERS 12

struct minutia {
    int x, y, angle; /* pixels of 500 dpi, y downwards; angle in 256ths of a turn */
};

struct finger {
    struct minutia minutiae[MINUTIAE];
    int count;
};

/* Digits of a linear congruence (Knuth's MMIX): made-up fingers, the same every time. */
static int draw(uint64_t *state, int below) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (int)((*state >> 33) % (uint64_t)below);
}

/* Minutiae that keep the distance of a ridge or two. */
static void make_finger(struct finger *finger, uint64_t seed) {
    finger->count = 0;
    while (finger->count < MINUTIAE) {
        struct minutia m = {20 + draw(&seed, WIDTH - 40), 20 + draw(&seed, HEIGHT - 40),
                            draw(&seed, 256)};
        int is_free = 1;
        for (int i = 0; i < finger->count; i++) {
            int dx = m.x - finger->minutiae[i].x, dy = m.y - finger->minutiae[i].y;
            is_free = is_free && dx * dx + dy * dy >= 18 * 18;
        }
        if (is_free) {
            finger->minutiae[finger->count++] = m;
        }
    }
}

/* The same finger at the door: a quarter turn, moved a little, every sixth minutia missed. */
static void capture(struct finger *probe, const struct finger *finger, uint64_t seed) {
    probe->count = 0;
    for (int i = 0; i < finger->count; i++) {
        struct minutia m = finger->minutiae[i];
        if (i % 6 != 5) {
            struct minutia turned = {m.y + draw(&seed, 3), WIDTH - 1 - m.x + draw(&seed, 3),
                                     (m.angle + 64 + draw(&seed, 5)) % 256};
            probe->minutiae[probe->count++] = turned;
        }
    }
}

static void put(unsigned char **at, unsigned value, int bytes) {
    while (bytes-- > 0) {
        *(*at)++ = (unsigned char)(value >> (8 * bytes));
    }
}

/* An ISO/IEC 19794-2:2005 record of one view. Returns its size. */
static size_t write_record(unsigned char *record, const struct finger *finger) {
    unsigned char *at = record;
    unsigned size = 24 + 4 + 6 * (unsigned)finger->count + 2;
    memcpy(at, "FMR\0 20\0", 8);
    at += 8;
    put(&at, size, 4);
    put(&at, 0, 2);
    put(&at, 400, 2); /* size of the image */
    put(&at, 400, 2);
    put(&at, 197, 2); /* pixels per centimetre */
    put(&at, 197, 2);
    put(&at, 1, 1); /* views */
    put(&at, 0, 1);
    put(&at, 7, 1); /* left index finger */
    put(&at, 0, 1);
    put(&at, 80, 1); /* quality */
    put(&at, (unsigned)finger->count, 1);
    for (int i = 0; i < finger->count; i++) {
        put(&at, 1u << 14 | (unsigned)finger->minutiae[i].x, 2); /* a ridge ends */
        put(&at, (unsigned)finger->minutiae[i].y, 2);
        put(&at, (unsigned)finger->minutiae[i].angle, 1);
        put(&at, 60, 1);
    }
    put(&at, 0, 2); /* no extended data */
    CHECK((size_t)(at - record) == size);
    return size;
}

static kaimen_engine *open_for_fingers(void) {
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_engine *engine = NULL;
    kaimen_algorithm_init(&algorithm);
    algorithm.modality = KAIMEN_MODALITY_FINGER;
    algorithm.format = KAIMEN_FORMAT_MINUTIAE;
    algorithm.threshold = 50000; /* one false match in 100,000 comparisons */
    algorithm.margin = 1000;
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    config.max_finger_templates = 100;
    CHECK(kaimen_engine_open(&config, &engine, NULL) == KAIMEN_OK);
    return engine;
}

static void add_member(struct text *answer, const char *userid, const void *record, size_t size) {
    if (answer->data[answer->size - 1] == '}') {
        text_add(answer, ",");
    }
    text_add(answer, "{\"userid\":\"%s\",\"user_type\":0,\"fp_ver\":1,\"fp\":[{\"id\":3,\"data\":\"",
             userid);
    text_add_base64(answer, record, size);
    text_add(answer, "\"}]}");
}

/* Members with a finger each, one with few minutiae, one with rubbish. */
static void import(kaimen_engine *engine) {
    static struct text answer;
    struct finger finger;
    unsigned char record[512];
    kaimen_report *report = NULL;
    kaimen_report_summary summary;
    kaimen_stats stats;

    answer_begin(&answer, "sync-1");
    for (int i = 0; i < MEMBERS; i++) {
        char userid[24];
        snprintf(userid, sizeof userid, "member-%d", i);
        make_finger(&finger, (uint64_t)i);
        add_member(&answer, userid, record, write_record(record, &finger));
    }
    finger.count = 5;
    add_member(&answer, "few", record, write_record(record, &finger));
    add_member(&answer, "rubbish", "no minutiae at all", 18);
    answer_end(&answer);
    CHECK(kaimen_engine_sync(engine, NULL, 0, answer.data, answer.size, &report, NULL) == KAIMEN_OK);
    kaimen_report_summary_init(&summary);
    CHECK(kaimen_report_summary_get(report, &summary, NULL) == KAIMEN_OK);
    CHECK(summary.counts[KAIMEN_ITEM_TEMPLATE_ADDED] == MEMBERS + 1);
    CHECK(summary.counts[KAIMEN_ITEM_TEMPLATE_WEAK] == 1);
    CHECK(summary.counts[KAIMEN_ITEM_TEMPLATE_REJECTED] == 1);
    kaimen_report_free(report);
    kaimen_stats_init(&stats);
    CHECK(kaimen_engine_stats(engine, &stats, NULL) == KAIMEN_OK);
    CHECK(stats.finger_templates == MEMBERS + 1 && stats.face_templates == 0);
}

static void make_finger_probe(kaimen_probe *probe, const void *record, size_t size) {
    kaimen_probe_init(probe);
    probe->encoding = KAIMEN_PROBE_TEMPLATE;
    probe->data = record;
    probe->size = size;
}

static void identify(kaimen_engine *engine) {
    struct finger finger, captured;
    unsigned char record[512];
    kaimen_probe probe;
    kaimen_decision decision;
    kaimen_candidate candidates[3];
    size_t count = 0;

    make_finger(&finger, 5);
    capture(&captured, &finger, 99);
    make_finger_probe(&probe, record, write_record(record, &captured));
    kaimen_decision_init(&decision);
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS && decision.modality == KAIMEN_MODALITY_FINGER);
    CHECK(strcmp(decision.userid, "member-5") == 0 && decision.slot == 3);
    CHECK(decision.score >= decision.threshold);
    printf("member-5, a quarter turn away: level %.1f\n", decision.score / 1000.0);

    CHECK(kaimen_engine_verify_finger(engine, &probe, "member-5", KAIMEN_USER_STAFF,
                                      MONDAY_MORNING, &decision, NULL) == KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS);
    CHECK(kaimen_engine_verify_finger(engine, &probe, "member-6", KAIMEN_USER_STAFF,
                                      MONDAY_MORNING, &decision, NULL) == KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN);
    printf("the same finger as member-6: level %.1f\n", decision.score / 1000.0);

    kaimen_candidate_init(&candidates[0]);
    CHECK(kaimen_engine_search_finger(engine, &probe, 0, candidates, 3, &count, NULL) ==
          KAIMEN_OK);
    CHECK(count == 3 && strcmp(candidates[0].userid, "member-5") == 0);
    CHECK(candidates[0].score > candidates[1].score);

    make_finger(&finger, 1000);
    make_finger_probe(&probe, record, write_record(record, &finger));
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN && decision.userid[0] == '\0');
}

/* What no sensor gives. */
static void refuse(kaimen_engine *engine) {
    struct finger finger;
    unsigned char record[512];
    float vector[DIMENSION];
    kaimen_probe probe;
    kaimen_decision decision;
    kaimen_detail detail;

    make_finger(&finger, 5);
    size_t size = write_record(record, &finger);
    kaimen_detail_init(&detail);
    kaimen_decision_init(&decision);
    make_finger_probe(&probe, record, size - 7);
    decision.verdict = KAIMEN_VERDICT_PASS;
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, &detail) ==
          KAIMEN_ERR_MINUTIAE);
    CHECK(decision.verdict == 0 && detail.message[0] != '\0');
    printf("half a record: %s\n", detail.message);
    make_vector(vector, 0);
    make_probe(&probe, vector);
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_ERR_ARGUMENT);
    CHECK(kaimen_engine_identify_face(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_ERR_ALGORITHM);
}

/* The record as a card holds it; found all the same. */
static void convert(kaimen_engine *engine) {
    struct finger finger;
    unsigned char record[512], card[512], back[512];
    size_t needed = 0, size;
    kaimen_probe probe;
    kaimen_decision decision;

    make_finger(&finger, 8);
    size = write_record(record, &finger);
    CHECK(kaimen_minutiae_convert(KAIMEN_FORMAT_MINUTIAE, record, size,
                                  KAIMEN_FORMAT_ISO_COMPACT_CARD, 0, NULL, 0, &needed, NULL) ==
          KAIMEN_ERR_BUFFER);
    CHECK(needed == 3 * MINUTIAE);
    CHECK(kaimen_minutiae_convert(KAIMEN_FORMAT_MINUTIAE, record, size,
                                  KAIMEN_FORMAT_ISO_COMPACT_CARD, 0, card, sizeof card, &needed,
                                  NULL) == KAIMEN_OK);
    CHECK(kaimen_minutiae_convert(KAIMEN_FORMAT_ISO_COMPACT_CARD, card, needed,
                                  KAIMEN_FORMAT_ANSI_2009, 0, back, sizeof back, &size, NULL) ==
          KAIMEN_OK);
    make_finger_probe(&probe, back, size);
    kaimen_decision_init(&decision);
    CHECK(kaimen_engine_identify_finger(engine, &probe, MONDAY_MORNING, &decision, NULL) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_PASS && strcmp(decision.userid, "member-8") == 0);
    printf("member-8 by way of a card: level %.1f\n", decision.score / 1000.0);
    CHECK(kaimen_minutiae_convert(KAIMEN_FORMAT_MINUTIAE, card, 3 * MINUTIAE,
                                  KAIMEN_FORMAT_ISO_2005, 0, back, sizeof back, &size, NULL) ==
          KAIMEN_ERR_MINUTIAE);
    CHECK(kaimen_minutiae_convert(KAIMEN_FORMAT_VECTOR, card, 3 * MINUTIAE,
                                  KAIMEN_FORMAT_ISO_2005, 0, back, sizeof back, &size, NULL) ==
          KAIMEN_ERR_ARGUMENT);
}

int main(void) {
    kaimen_engine *engine = open_for_fingers();
    import(engine);
    identify(engine);
    refuse(engine);
    convert(engine);
    kaimen_engine_close(engine);
    CHECK(kaimen_live_handles() == 0);
    puts("ok");
    return 0;
}
