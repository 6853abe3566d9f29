/*
 * A door: members from the cloud, a face, a decision.
 *
 * Build: cc -std=c99 -Iinclude c_examples/02_door.c -o 02_door -Ltarget/debug -lkaimen
 */
#include "example.h"

static char opened_for[136];

static void open_the_door(const char *userid) {
    snprintf(opened_for, sizeof opened_for, "%s", userid);
}

/* One face in front of the door; the decision of the library. */
static kaimen_status door(const kaimen_algorithm *algorithm, const char *json, size_t size,
                          kaimen_probe probe, int64_t now, kaimen_decision *result) {
    kaimen_config config;
    kaimen_engine *engine = NULL;
    kaimen_decision decision;
    kaimen_detail detail;
    kaimen_status status;

    kaimen_config_init(&config);
    kaimen_decision_init(&decision);
    kaimen_detail_init(&detail);
    /* README begin */
    config.algorithms = algorithm; /* layout of the templates, threshold */
    config.algorithm_count = 1;
    status = kaimen_engine_open(&config, &engine, &detail);
    if (status == KAIMEN_OK) /* the answer of get_userinfo_by_ids, as it came */
        status = kaimen_engine_sync(engine, NULL, 0, json, size, NULL, &detail);
    if (status == KAIMEN_OK) /* the vector of the face that the camera sees */
        status = kaimen_engine_identify_face(engine, &probe, now, &decision, &detail);
    if (status == KAIMEN_OK && decision.verdict == KAIMEN_VERDICT_PASS)
        open_the_door(decision.userid);
    else if (status != KAIMEN_OK)
        fprintf(stderr, "%s: %s\n", kaimen_status_name(status), detail.message);
    kaimen_engine_close(engine);
    /* README end */
    *result = decision;
    return status;
}

int main(void) {
    static struct text answer;
    kaimen_algorithm algorithm;
    kaimen_probe probe;
    kaimen_decision decision;
    float face[DIMENSION];

    /* Two members of staff and a visitor who may come in the morning. */
    make_algorithm(&algorithm);
    answer_begin(&answer, "sync-1");
    answer_member(&answer, "zhangsan", KAIMEN_USER_STAFF, 0, "9:00-18:00 * * 1-5 *");
    answer_member(&answer, "lisi", KAIMEN_USER_STAFF, 1, NULL);
    answer_member(&answer, "guest", KAIMEN_USER_VISITOR, 2, "9:00-10:00 * * * *");
    answer_end(&answer);

    /* What a camera sees is never exactly what was enrolled. */
    make_vector(face, 0);
    face[5] = 0.3f;
    make_probe(&probe, face);
    CHECK(door(&algorithm, answer.data, answer.size, probe, MONDAY_MORNING, &decision) ==
          KAIMEN_OK);
    printf("%s: %s (%s), score %d\n", decision.userid, kaimen_verdict_name(decision.verdict),
           kaimen_reason_name(decision.reason), (int)decision.score);
    CHECK(strcmp(opened_for, "zhangsan") == 0);
    CHECK(decision.reason == KAIMEN_REASON_RULE && decision.rule_id == 7);
    CHECK(decision.score > 950000 && decision.score < 965000);

    /* The visitor an hour too late: found, and not let in. */
    opened_for[0] = '\0';
    make_vector(face, 2);
    CHECK(door(&algorithm, answer.data, answer.size, probe, MONDAY_MORNING + 3600, &decision) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_DENY);
    CHECK(decision.reason == KAIMEN_REASON_OUTSIDE_RULES);
    CHECK(strcmp(decision.userid, "guest") == 0);

    /* A stranger. */
    make_vector(face, 3);
    CHECK(door(&algorithm, answer.data, answer.size, probe, MONDAY_MORNING, &decision) ==
          KAIMEN_OK);
    CHECK(decision.verdict == KAIMEN_VERDICT_UNKNOWN);
    CHECK(decision.userid[0] == '\0');

    /* An answer that was cut off: an error, and the door stays shut. */
    CHECK(door(&algorithm, answer.data, answer.size / 2, probe, MONDAY_MORNING, &decision) ==
          KAIMEN_ERR_JSON_SYNTAX);
    CHECK(decision.verdict == 0);

    CHECK(opened_for[0] == '\0');
    CHECK(kaimen_live_handles() == 0);
    return 0;
}
