/*
 * Many faces at once: probes that a camera saw together, and members who are
 * enrolled twice.
 */
#include "example.h"

/* What the search for duplicates has found. */
struct findings {
    int pairs;
    kaimen_pair last;
    uint64_t done;
    uint64_t total;
    uint32_t stop;
};

static uint32_t take_pair(void *user, const kaimen_pair *pair) {
    struct findings *findings = user;
    findings->pairs++;
    findings->last = *pair;
    return findings->stop;
}

static uint32_t take_progress(void *user, uint64_t done, uint64_t total) {
    struct findings *findings = user;
    CHECK(done > findings->done && done <= total);
    findings->done = done;
    findings->total = total;
    return 0;
}

/* Members along the axes; "twin" has the face of member-3. */
static kaimen_engine *open_fast(void) {
    static struct text answer;
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_engine *engine = NULL;
    uint64_t bytes = 0;

    make_algorithm(&algorithm);
    algorithm.search = KAIMEN_SEARCH_FAST;
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    config.threads = 2;
    CHECK(kaimen_config_required_bytes(&config, &bytes, NULL) == KAIMEN_OK && bytes > 0);
    CHECK(kaimen_engine_open(&config, &engine, NULL) == KAIMEN_OK);

    answer_begin(&answer, "sync-1");
    for (int i = 0; i < 20; i++) {
        char userid[24];
        snprintf(userid, sizeof userid, "member-%d", i);
        answer_member(&answer, userid, KAIMEN_USER_STAFF, i, NULL);
    }
    answer_member(&answer, "twin", KAIMEN_USER_VISITOR, 3, "9:00-10:00 * * * *");
    answer_end(&answer);
    CHECK(kaimen_engine_sync(engine, NULL, 0, answer.data, answer.size, NULL, NULL) == KAIMEN_OK);
    return engine;
}

static void identify_together(kaimen_engine *engine) {
    enum { COUNT = 18 };
    static float faces[COUNT][DIMENSION];
    kaimen_probe probes[COUNT];
    kaimen_decision decisions[COUNT];
    kaimen_detail detail;

    for (int i = 0; i < COUNT; i++) {
        /* The last one is a stranger. */
        make_vector(faces[i], i + 1 < COUNT ? i : 30);
        faces[i][31] = 0.4f;
        make_probe(&probes[i], faces[i]);
    }
    kaimen_decision_init(&decisions[0]);
    CHECK(kaimen_engine_identify_faces(engine, probes, COUNT, MONDAY_MORNING, decisions, NULL) ==
          KAIMEN_OK);
    for (int i = 0; i < COUNT; i++) {
        kaimen_decision alone;
        kaimen_decision_init(&alone);
        CHECK(kaimen_engine_identify_face(engine, &probes[i], MONDAY_MORNING, &alone, NULL) ==
              KAIMEN_OK);
        CHECK(memcmp(&alone, &decisions[i], sizeof alone) == 0);
    }
    CHECK(decisions[5].verdict == KAIMEN_VERDICT_PASS);
    CHECK(strcmp(decisions[5].userid, "member-5") == 0);
    CHECK(decisions[3].reason == KAIMEN_REASON_AMBIGUOUS);
    CHECK(decisions[COUNT - 1].verdict == KAIMEN_VERDICT_UNKNOWN);
    CHECK(decisions[COUNT - 1].score == KAIMEN_SCORE_NONE);

    /* One that cannot be used: it is named, and nobody is let in. */
    faces[7][0] = (float)(1e300 * 1e300);
    kaimen_detail_init(&detail);
    CHECK(kaimen_engine_identify_faces(engine, probes, COUNT, MONDAY_MORNING, decisions,
                                       &detail) == KAIMEN_ERR_NOT_FINITE);
    CHECK(detail.position == 7);
    for (int i = 0; i < COUNT; i++) {
        CHECK(decisions[i].verdict == 0);
    }
    CHECK(kaimen_engine_identify_faces(engine, probes, KAIMEN_PROBES + 1, MONDAY_MORNING, NULL,
                                       NULL) == KAIMEN_ERR_NULL);
    CHECK(kaimen_engine_identify_faces(engine, probes, 0, MONDAY_MORNING, decisions, NULL) ==
          KAIMEN_ERR_ARGUMENT);
}

static void find_duplicates(kaimen_engine *engine) {
    struct findings findings;
    memset(&findings, 0, sizeof findings);
    CHECK(kaimen_engine_duplicates(engine, NULL, 900000, take_pair, take_progress, &findings,
                                   NULL) == KAIMEN_OK);
    CHECK(findings.pairs == 1 && findings.done == 21 && findings.total == 21);
    CHECK(findings.last.score == KAIMEN_SCORE_ONE);
    CHECK(strcmp(findings.last.userid, "member-3") == 0);
    CHECK(strcmp(findings.last.other_userid, "twin") == 0);
    CHECK(findings.last.other_user_type == KAIMEN_USER_VISITOR);

    findings.stop = 1;
    CHECK(kaimen_engine_duplicates(engine, NULL, 900000, take_pair, NULL, &findings, NULL) ==
          KAIMEN_ERR_CANCELLED);
    CHECK(kaimen_engine_duplicates(engine, NULL, 900000, NULL, NULL, NULL, NULL) ==
          KAIMEN_ERR_NULL);
    CHECK(kaimen_engine_duplicates(engine, NULL, 0, take_pair, NULL, &findings, NULL) ==
          KAIMEN_ERR_ARGUMENT);
    CHECK(kaimen_engine_duplicates(engine, "no such", 1, take_pair, NULL, &findings, NULL) ==
          KAIMEN_ERR_ALGORITHM);
}

int main(void) {
    kaimen_engine *engine = open_fast();
    identify_together(engine);
    find_duplicates(engine);
    kaimen_engine_close(engine);
    CHECK(kaimen_live_handles() == 0);
    return 0;
}
