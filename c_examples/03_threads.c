/*
 * Identifying in several threads while another one synchronises, and closing
 * while they are at it.
 *
 * Each commit changes several members at once. A decision names the generation
 * that it was made from, so every single one can be compared with what that
 * generation as a whole says; a mixture of two would be seen.
 *
 * Build: cc -std=c11 -pthread -Iinclude c_examples/03_threads.c -o 03_threads -Ltarget/debug -lkaimen
 */
#include <pthread.h>
#include <stdatomic.h>

#include "example.h"

#define READERS 3
#define STATES 4

/* Who is found along axis 0 and axis 1 in each of the states, and why the door
 * opens or does not. NULL is nobody. */
static const struct {
    const char *userid[2];
    uint32_t reason[2];
} states[STATES] = {
    /* 0: two members with a face each; */
    {{"left", "right"}, {KAIMEN_REASON_NO_RULES_STAFF, KAIMEN_REASON_RULE}},
    /* 1: they change faces, and left gets a rule that does not cover now; */
    {{"right", "left"}, {KAIMEN_REASON_RULE, KAIMEN_REASON_OUTSIDE_RULES}},
    /* 2: the request was answered without right, who is removed; */
    {{NULL, "left"}, {KAIMEN_REASON_BELOW_THRESHOLD, KAIMEN_REASON_OUTSIDE_RULES}},
    /* 3: everybody is removed. */
    {{NULL, NULL}, {KAIMEN_REASON_EMPTY_GALLERY, KAIMEN_REASON_EMPTY_GALLERY}},
};

static kaimen_engine *engine;
static atomic_int closing;
static atomic_ullong decisions;
static atomic_uint states_seen;

/* The generation of an engine begins at 0 and counts commits; the first one
 * makes state 0. Before it nobody is there, as in state 3. */
static unsigned state_of(uint64_t generation) {
    return (unsigned)((generation + STATES - 1) % STATES);
}

static void check_decision(const kaimen_decision *decision, int axis) {
    unsigned state = state_of(decision->generation);
    const char *userid = states[state].userid[axis];
    CHECK(strcmp(decision->userid, userid != NULL ? userid : "") == 0);
    CHECK(decision->reason == states[state].reason[axis]);
    CHECK((decision->verdict == KAIMEN_VERDICT_PASS) == (decision->reason < 100));
    CHECK(userid == NULL || decision->score > 990000);
    atomic_fetch_or(&states_seen, 1u << state);
}

static void *identify(void *argument) {
    int axis = *(const int *)argument;
    uint64_t newest = 0;
    float face[DIMENSION];
    kaimen_probe probe;
    kaimen_decision decision;

    make_vector(face, axis);
    make_probe(&probe, face);
    kaimen_decision_init(&decision);
    for (;;) {
        kaimen_status status =
            kaimen_engine_identify_face(engine, &probe, MONDAY_MORNING, &decision, NULL);
        if (status == KAIMEN_ERR_HANDLE) {
            CHECK(atomic_load(&closing));
            CHECK(decision.verdict == 0);
            return NULL;
        }
        CHECK(status == KAIMEN_OK);
        check_decision(&decision, axis);
        CHECK(decision.generation >= newest);
        newest = decision.generation;
        atomic_fetch_add(&decisions, 1);
    }
}

/* One answer, with the request that it answers or without. */
static void sync_state(const struct text *answer, const kaimen_request *request,
                       uint64_t generation) {
    kaimen_report *report = NULL;
    kaimen_report_summary summary;
    kaimen_report_summary_init(&summary);
    CHECK(kaimen_engine_sync(engine, request, 0, answer->data, answer->size, &report, NULL) ==
          KAIMEN_OK);
    CHECK(kaimen_report_summary_get(report, &summary, NULL) == KAIMEN_OK);
    CHECK(summary.generation == generation);
    kaimen_report_free(report);
}

/* Swap the faces, let one member leave, empty the gallery: four commits. */
static uint64_t one_round(const struct text answers[3], const kaimen_request *request,
                          uint64_t generation) {
    sync_state(&answers[0], NULL, ++generation);
    sync_state(&answers[1], NULL, ++generation);
    sync_state(&answers[2], request, ++generation);
    CHECK(kaimen_engine_clear(engine, NULL) == KAIMEN_OK);
    return generation + 1;
}

int main(int argc, char **argv) {
    static const kaimen_member_key members[] = {{"left", KAIMEN_USER_STAFF, 0},
                                                {"right", KAIMEN_USER_STAFF, 0}};
    static struct text answers[3];
    static const int axes[READERS] = {0, 1, 0};
    pthread_t readers[READERS];
    kaimen_request *request = NULL;
    int rounds = argc > 1 ? atoi(argv[1]) : 500;
    uint64_t generation = 0;

    answer_begin(&answers[0], "");
    answer_member(&answers[0], "left", KAIMEN_USER_STAFF, 0, NULL);
    answer_member(&answers[0], "right", KAIMEN_USER_STAFF, 1, "9:00-18:00 * * * *");
    answer_end(&answers[0]);
    answer_begin(&answers[1], "");
    answer_member(&answers[1], "left", KAIMEN_USER_STAFF, 1, "1:00-2:00 * * * *");
    answer_member(&answers[1], "right", KAIMEN_USER_STAFF, 0, "9:00-18:00 * * * *");
    answer_end(&answers[1]);
    answer_begin(&answers[2], "swap-1");
    answer_member(&answers[2], "left", KAIMEN_USER_STAFF, 1, "1:00-2:00 * * * *");
    answer_end(&answers[2]);
    CHECK(kaimen_request_new(members, 2, NULL, "swap", &request, NULL) == KAIMEN_OK);

    engine = open_engine();
    for (int i = 0; i < READERS; i++) {
        CHECK(pthread_create(&readers[i], NULL, identify, (void *)(uintptr_t)&axes[i]) == 0);
    }
    for (int round = 0; round < rounds; round++) {
        generation = one_round(answers, request, generation);
    }
    /* On a busy machine a reader may not have had its turn yet. */
    while (atomic_load(&decisions) < 100) {
        generation = one_round(answers, request, generation);
    }
    atomic_store(&closing, 1);
    kaimen_engine_close(engine);
    for (int i = 0; i < READERS; i++) {
        CHECK(pthread_join(readers[i], NULL) == 0);
    }
    kaimen_request_free(request);
    printf("%llu decisions beside %llu commits, states seen: %#x\n", atomic_load(&decisions),
           (unsigned long long)generation, atomic_load(&states_seen));
    CHECK(kaimen_live_handles() == 0);
    return 0;
}
